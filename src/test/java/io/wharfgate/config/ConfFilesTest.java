package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.yaml.Finding;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
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
            // Rules have tests of their own.
            return files
                    .filter(file -> !file.endsWith("access.yaml") && !file.endsWith("storage-rules.yaml"))
                    .sorted()
                    .toList()
                    .stream();
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
            if (defaults.inForce().values().containsKey(key)) {
                int line = ((Origin.InFile) shown.origin()).line() - 1;
                lines.set(line, lines.get(line).replaceFirst("#", ""));
            }
        });
        Files.write(directory.resolve("w.yaml"), lines);

        LoadedConfiguration loaded = loader.load(Optional.of("w.yaml"));

        assertThat(loaded.config()).isEqualTo(defaults.config());
        assertThat(loaded.toYaml()).doesNotContain("# default");
    }

    @Test
    void theListOfAllKeysShowsTheDefaultsOfAGatewayToo() throws Exception {
        LoadedConfiguration defaults = Fixture.in(directory)
                .file("upstream: {url: 'http://127.0.0.1:5000'}")
                .loaded();
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("conf/wharfgate.yaml")));
        new FileValues(tree(uncommented()), new Findings()).values().forEach((key, shown) -> {
            if (key.upstream() && defaults.inForce().values().containsKey(key)) {
                int line = ((Origin.InFile) shown.origin()).line() - 1;
                lines.set(line, lines.get(line).replaceFirst("#", ""));
            }
        });
        lines.replaceAll(line -> line.replaceFirst("^( *)#(upstream|[a-z]+-headers|health):", "$1$2:"));

        LoadedConfiguration loaded =
                Fixture.in(directory).file(lines.toArray(String[]::new)).loaded();

        assertThat(loaded.config()).isEqualTo(defaults.config());
        assertThat(loaded.inForce().values().entrySet())
                .filteredOn(value -> value.getKey().upstream())
                .allSatisfy(value -> assertThat(value.getValue().origin()).isInstanceOf(Origin.InFile.class));
    }

    @Test
    void theExamplesOfPrefixesAreKeysThatThereAre() throws IOException {
        var findings = new Findings();
        assertThat(new FileValues(tree(uncommented()), findings).prefixes()).hasSize(1);
        assertThat(findings.errors()).isEmpty();
    }

    @Test
    void theExamplesOfTheReadmeLackNothingButTheirPasswords() throws IOException {
        var examples = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(Path.of("README.md")));
        int found = 0;
        while (examples.find()) {
            // Access rules, which their own test reads.
            if (examples.group(1).contains("\nrules:")) {
                continue;
            }
            found++;
            assertThat(mistakes(examples.group(1)))
                    .as(examples.group(1))
                    .allMatch(mistake -> mistake.contains("password-file: names no file"));
        }
        assertThat(found).isPositive();
    }

    private List<String> mistakes(String text) {
        try {
            Fixture.in(directory).file(text).loaded();
            return List.of();
        } catch (ConfigurationException e) {
            return e.errors().stream().map(Finding::toString).toList();
        }
    }

    /** The list of all keys with every key taken into force. */
    static String uncommented() throws IOException {
        return Files.readString(Path.of("conf/wharfgate.yaml")).replaceAll("(?m)^( *)#([a-z-]+:)", "$1$2");
    }

    private static Node.Section tree(String text) {
        var findings = new Findings();
        Node.Section tree =
                YamlTree.parse(text, "conf", ChosenFile.KIND, findings).orElseThrow();
        assertThat(findings.errors()).isEmpty();
        return tree;
    }

    private static List<String> paths(Node.Section section, String prefix) {
        var paths = new ArrayList<String>();
        for (Node.Entry entry : section.entries()) {
            String path = prefix + entry.name();
            // A key that is a map looks like a section; what stands in prefixes are the same keys again.
            if (entry.value() instanceof Node.Section inner && Key.atPath(path).isEmpty()) {
                if (!path.equals(Key.PREFIXES)) {
                    paths.addAll(paths(inner, path + "."));
                }
            } else {
                paths.add(path);
            }
        }
        return paths;
    }
}
