package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckConfigCommandTest {

    @TempDir
    private Path directory;

    @Test
    void aValidConfigurationSaysWhereItCameFrom() throws Exception {
        Files.writeString(directory.resolve("w.yaml"), "log: {level: debug}");
        var shell = new Shell(directory).variable("WHARFGATE_LOG_FORMAT", "json");
        assertThat(shell.run("check-config", "-c", "w.yaml")).isZero();
        assertThat(shell.out().strip())
                .isEqualTo("the configuration is valid (w.yaml, and 1 from environment variable)");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void withoutAFileTheDefaultsAreChecked() {
        var shell = new Shell(directory);
        assertThat(shell.run("check-config")).isZero();
        assertThat(shell.out().strip()).isEqualTo("the configuration is valid (no file, the defaults)");
    }

    @Test
    void everyMistakeIsPrinted() throws Exception {
        Files.writeString(directory.resolve("w.yaml"), "log: {level: loud}\ncolour: red\n");
        var shell = new Shell(directory);
        assertThat(shell.run("check-config", "-c", "w.yaml", "--print")).isEqualTo(2);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("w.yaml:1: log.level: "),
                        line -> assertThat(line).startsWith("w.yaml:2: colour: "),
                        line -> assertThat(line).isEqualTo("2 mistakes in the configuration"));
    }

    @Test
    void aNamedFileThatIsMissingIsAMistake() {
        var shell = new Shell(directory);
        assertThat(shell.run("check-config", "-c", "gone.yaml")).isEqualTo(2);
        assertThat(shell.err()).startsWith("gone.yaml: there is no such file");
    }

    @Test
    void whatCannotWorkHereIsAMistakeToo() throws Exception {
        Files.writeString(directory.resolve("w.yaml"), "storage: {filesystem: {root: w.yaml}}");
        var shell = new Shell(directory);
        assertThat(shell.run("check-config", "-c", "w.yaml")).isEqualTo(2);
        assertThat(shell.err()).contains("is not a directory").contains("1 mistake in the configuration");
    }

    @Test
    void whatIsNotThereYetIsAWarning() throws Exception {
        Files.writeString(directory.resolve("w.yaml"), "tls: {certificate: a.pem, key: b.pem}");
        var shell = new Shell(directory);
        assertThat(shell.run("check-config", "-c", "w.yaml")).isZero();
        assertThat(shell.err()).startsWith("warning: w.yaml:1: tls.certificate: ");
    }

    @Test
    void whatIsPrintedIsAConfigurationAgain() throws Exception {
        var first = new Shell(directory).variable("WHARFGATE_AUTH_REALM", "a: \"b\"");
        assertThat(first.run("check-config", "--print")).isZero();
        Files.writeString(directory.resolve("printed.yaml"), first.out());

        var second = new Shell(directory);
        assertThat(second.run("check-config", "-c", "printed.yaml", "--print")).isZero();
        assertThat(second.out().replaceAll("(?m) *# .*$", ""))
                .isEqualTo(first.out().replaceAll("(?m) *# .*$", ""));
    }
}
