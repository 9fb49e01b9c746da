package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class WharfgateCommandTest {

    @TempDir
    private Path directory;

    /** Every command there is, however deep, as words. */
    static Stream<List<String>> commands() {
        var nowhere = new PrintWriter(new StringWriter());
        var surroundings = new Surroundings(nowhere, nowhere, Map.of(), Path.of("/"), Path.of("/none"));
        var found = new ArrayList<List<String>>();
        collect(new WharfgateCommand(surroundings, (configuration, where) -> 0).commandLine(), List.of(), found);
        return found.stream();
    }

    private static void collect(CommandLine command, List<String> words, List<List<String>> found) {
        found.add(words);
        command.getSubcommands().forEach((name, below) -> {
            var longer = new ArrayList<>(words);
            longer.add(name);
            collect(below, longer, found);
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHelpsAndNamesItsExitCodes(List<String> words) {
        var shell = new Shell(directory);
        var args = new ArrayList<>(words);
        args.add("--help");
        assertThat(shell.run(args.toArray(String[]::new))).isZero();
        assertThat(shell.out())
                .startsWith("Usage: "
                        + String.join(
                                " ",
                                Stream.concat(Stream.of("wharfgate"), words.stream())
                                        .toList()))
                .contains("Exit codes:")
                .doesNotContain("\u001b");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void withoutACommandTheCommandsAreNamed() {
        var shell = new Shell(directory);
        assertThat(shell.run()).isEqualTo(2);
        assertThat(shell.err()).startsWith("wharfgate: name a command: serve, check-config, ");
    }

    @Test
    void aMistypedCommandGetsASuggestion() {
        var shell = new Shell(directory);
        assertThat(shell.run("chek-config")).isEqualTo(2);
        assertThat(shell.err()).contains("chek-config").contains("check-config").doesNotContain("\tat ");
    }

    @Test
    void aMistypedOptionGetsASuggestion() {
        var shell = new Shell(directory);
        assertThat(shell.run("serve", "--confg=x")).isEqualTo(2);
        assertThat(shell.err()).contains("--confg").contains("--config").contains("Try 'wharfgate serve --help'.");
        assertThat(shell.served).isEmpty();
    }

    @Test
    void versionIsACommandAndAnOption() {
        var command = new Shell(directory);
        var option = new Shell(directory);
        assertThat(command.run("version")).isZero();
        assertThat(option.run("--version")).isZero();
        assertThat(command.out())
                .isEqualTo(option.out())
                .startsWith("wharfgate ")
                .contains("Java " + System.getProperty("java.version"))
                .contains(System.getProperty("os.name"));
    }

    @Test
    void serveHandsTheConfigurationOver() throws Exception {
        Files.writeString(directory.resolve("w.yaml"), "auth: {realm: Here}");
        var shell = new Shell(directory).variable("WHARFGATE_REALM", "x");
        assertThat(shell.run("serve", "-c", "w.yaml")).isZero();
        assertThat(shell.served)
                .singleElement()
                .satisfies(loaded -> assertThat(loaded.config().auth().realm()).isEqualTo("Here"));
        assertThat(shell.err()).startsWith("warning: WHARFGATE_REALM: unknown variable");
    }

    @Test
    void serveDoesNotStartWithMistakes() throws Exception {
        Files.writeString(directory.resolve("w.yaml"), "auth: {relm: Here}\nlog: {level: loud}");
        var shell = new Shell(directory);
        assertThat(shell.run("serve", "-c", "w.yaml")).isEqualTo(2);
        assertThat(shell.served).isEmpty();
        assertThat(shell.err())
                .contains("w.yaml:1: auth.relm: unknown key; did you mean auth.realm?")
                .contains("w.yaml:2: log.level: ")
                .contains("2 mistakes in the configuration");
    }

    @Test
    void theExitCodeOfTheServiceIsThatOfServe() {
        assertThat(new Shell(directory).run((configuration, surroundings) -> 1, "serve"))
                .isEqualTo(1);
    }

    @Test
    void anUnexpectedErrorIsOneLineAndItsTraceOnlyOnRequest() {
        Server broken = (configuration, surroundings) -> {
            throw new IllegalStateException("broken\nfor good");
        };
        var shell = new Shell(directory);
        assertThat(shell.run(broken, "serve")).isEqualTo(1);
        assertThat(shell.err())
                .isEqualTo("wharfgate serve: IllegalStateException: broken for good" + System.lineSeparator()
                        + "WHARFGATE_DEBUG=1 in the environment shows where." + System.lineSeparator());

        var debugging = new Shell(directory).variable("WHARFGATE_DEBUG", "1");
        assertThat(debugging.run(broken, "serve")).isEqualTo(1);
        assertThat(debugging.err()).contains("\tat io.wharfgate.cli").doesNotContain("unknown variable");
    }

    @Test
    void anAtSignIsNoFileOfArguments() {
        var shell = new Shell(directory);
        assertThat(shell.run("serve", "-c", "@w.yaml")).isEqualTo(2);
        assertThat(shell.err()).startsWith("@w.yaml: there is no such file");
    }
}
