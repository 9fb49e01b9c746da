package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files that users copy. */
class ConfFilesTest {

    @TempDir
    private Path directory;

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("conf"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileLoadsWithoutAWarning(Path file) throws ConfigurationException {
        LoadedConfiguration loaded = new ConfigurationLoader(Map.of(), directory, directory.resolve("none"))
                .load(Optional.of(file.toAbsolutePath().toString()));
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void theListOfAllKeysChangesNothingAsItStands() throws Exception {
        WharfgateConfig defaults = Fixture.in(directory).config();
        String list = Files.readString(Path.of("conf/wharfgate.yaml"));
        assertThat(Fixture.in(directory).file(list).config()).isEqualTo(defaults);
    }

    @Test
    void theListOfAllKeysHasEveryKeyAndNoOther() throws IOException {
        var known = new TreeSet<String>();
        Arrays.stream(Key.values()).map(Key::path).forEach(known::add);
        assertThat(paths(tree(uncommented()), "")).containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void theListOfAllKeysShowsTheDefaults() throws Exception {
        // The file lies in the working directory here, so that both start relative paths at the same place.
        var loader = new ConfigurationLoader(Map.of(), directory, directory.resolve("none"));
        LoadedConfiguration defaults = loader.load(Optional.empty());
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("conf/wharfgate.yaml")));
        new FileValues(tree(uncommented()), new Findings()).values().forEach((key, shown) -> {
            if (defaults.effective().containsKey(key)) {
                int line = ((Origin.InFile) shown.origin()).line() - 1;
                lines.set(line, lines.get(line).replaceFirst("#", ""));
            }
        });
        Files.write(directory.resolve("w.yaml"), lines);

        LoadedConfiguration loaded = loader.load(Optional.of("w.yaml"));

        assertThat(loaded.config()).isEqualTo(defaults.config());
        assertThat(loaded.toYaml()).doesNotContain("# default");
    }

    /** The list of all keys with every key taken into force. */
    static String uncommented() throws IOException {
        return Files.readString(Path.of("conf/wharfgate.yaml")).replaceAll("(?m)^( *)#([a-z-]+:)", "$1$2");
    }

    private static Node.Section tree(String text) {
        var findings = new Findings();
        Node.Section tree = YamlTree.parse(text, "conf", findings).orElseThrow();
        assertThat(findings.errors()).isEmpty();
        return tree;
    }

    private static List<String> paths(Node.Section section, String prefix) {
        var paths = new ArrayList<String>();
        for (Node.Entry entry : section.entries()) {
            if (entry.value() instanceof Node.Section inner) {
                paths.addAll(paths(inner, prefix + entry.name() + "."));
            } else {
                paths.add(prefix + entry.name());
            }
        }
        return paths;
    }
}
