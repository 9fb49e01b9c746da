package io.wharfgate.registry.api;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * CNCF's registry as Debian packages it ({@code docker-registry}), as a process of its own on a port that the system
 * chooses.
 */
final class DockerRegistry implements AutoCloseable {

    /** Names the program where it is not on the PATH, or another version of it. */
    private static final String PROPERTY = "wharfgate.test.docker-registry";

    private static final String NAME = "docker-registry";
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The program, if this machine has it. */
    static Optional<Path> program() {
        Stream<Path> places =
                Optional.ofNullable(System.getProperty(PROPERTY)).stream().map(Path::of);
        if (System.getProperty(PROPERTY) == null) {
            String path = System.getenv().getOrDefault("PATH", "");
            places = Arrays.stream(path.split(File.pathSeparator)).map(directory -> Path.of(directory, NAME));
        }
        return places.filter(Files::isExecutable).findFirst();
    }

    static String whyNot() {
        return "no program " + NAME + " on the PATH (Debian: apt install docker-registry), nor named by -D" + PROPERTY;
    }

    /** Starts it with its storage below a directory. */
    static DockerRegistry start(Path program, Path directory, boolean delete) throws IOException {
        Files.createDirectories(directory);
        Path config = directory.resolve("config.yml");
        Files.writeString(config, """
                version: 0.1
                log: {level: info, accesslog: {disabled: true}}
                storage:
                  filesystem: {rootdirectory: "%s"}
                  delete: {enabled: %s}
                  maintenance: {uploadpurging: {enabled: false}}
                http: {addr: "127.0.0.1:0", secret: only-for-tests}
                """.formatted(directory.resolve("root"), delete));
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("REGISTRY_"));
        Process process = builder.start();
        try {
            return new DockerRegistry(process, awaitPort(process, log));
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static int awaitPort(Process process, Path log) {
        return Awaitility.await("docker-registry's port in " + log)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> port(process, log), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<Integer> port(Process process, Path log) throws IOException {
        String text = Files.readString(log);
        Matcher listening = LISTENING.matcher(text);
        if (listening.find()) {
            return Optional.of(Integer.parseInt(listening.group(1)));
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("docker-registry has ended: " + text);
        }
        return Optional.empty();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** What the program says that it is. */
    static String version(Path program) throws IOException {
        Process process = new ProcessBuilder(program.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            return Optional.ofNullable(lines.readLine()).orElse("");
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
