package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wharfgate.yaml.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A working directory with a configuration file {@code etc/w.yaml}, and an environment. */
final class Fixture {

    final Path directory;
    final Map<String, String> environment = new TreeMap<>();
    private final Path system;

    Fixture(Path directory) {
        this.directory = directory;
        this.system = directory.resolve("system.yaml");
    }

    static Fixture in(Path directory) {
        return new Fixture(directory);
    }

    Fixture file(String... lines) {
        return bytes(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    Fixture bytes(byte[] content) {
        return write(directory.resolve("etc/w.yaml"), content);
    }

    Fixture systemFile(String text) {
        return write(system, text.getBytes(StandardCharsets.UTF_8));
    }

    Fixture variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    LoadedConfiguration loaded() throws ConfigurationException {
        return new ConfigurationLoader(environment, directory, system).load(named());
    }

    WharfgateConfig config() throws ConfigurationException {
        return loaded().config();
    }

    /** The mistakes, as they are printed. */
    List<String> mistakes() {
        return refused().errors().stream().map(Finding::toString).toList();
    }

    ConfigurationException refused() {
        return assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(this::loaded)
                .actual();
    }

    List<String> warnings() throws ConfigurationException {
        return loaded().warnings().stream().map(Finding::toString).toList();
    }

    private Optional<String> named() {
        return Optional.of("etc/w.yaml").filter(name -> Files.exists(directory.resolve(name)));
    }

    private Fixture write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
