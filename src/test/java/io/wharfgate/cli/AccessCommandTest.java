package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeEach
    void rules() throws IOException {
        Files.writeString(directory.resolve("access.yaml"), """
                groups:
                  developers: [alice, bob]
                rules:
                  - users: bob
                    repositories: team/secret
                    actions: push
                    effect: deny
                  - users: anonymous
                    repositories: public/**
                    actions: [pull, list]
                  - groups: developers
                    repositories: team/**
                    actions: [pull, push, list]
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "alice push team/x, 0, 'allowed: alice may push team/x, by rule 3 (access.yaml:11)'",
        "bob push team/secret, 1, 'denied: bob may not push team/secret, by rule 1 (access.yaml:4)'",
        "anonymous pull public/x, 0, 'allowed: anonymous may pull public/x, by rule 2 (access.yaml:8)'",
        "anonymous push public/x, 1, 'denied: anonymous may not push public/x, as no rule of access.yaml allows it'",
        "alice delete team/x, 1, 'denied: alice may not delete team/x, as no rule of access.yaml allows it'",
        "carol list public/x, 0, 'allowed: carol may list public/x, by rule 2 (access.yaml:8)'",
    })
    void tellsWhoMayDoWhatAndByWhichRule(String arguments, int exit, String answer) {
        var shell = new Shell(directory);
        String[] words = ("access check " + arguments + " --file access.yaml").split(" ", -1);
        assertThat(shell.run(words)).isEqualTo(exit);
        assertThat(shell.out().strip()).isEqualTo(answer);
        assertThat(shell.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "alice pul team/x, '\"pul\" is no action; there are pull, push, delete, list'",
        "alice all team/x, '\"all\" is no action; there are pull, push, delete, list'",
        "alice pull Team/x, '\"Team/x\" is not the name of a repository'",
        "alice pull, 'Missing required parameter: ''REPOSITORY'''",
    })
    void wrongUsageIsToldAsSuch(String arguments, String message) {
        var shell = new Shell(directory);
        assertThat(shell.run(("access check " + arguments).split(" ", -1))).isEqualTo(2);
        assertThat(shell.err()).startsWith("wharfgate access check: " + message).contains("--help");
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void aCommandHasToBeNamed() {
        var shell = new Shell(directory);
        assertThat(shell.run("access")).isEqualTo(2);
        assertThat(shell.err()).startsWith("wharfgate access: name a command: check");
    }

    @Test
    void everyMistakeOfTheFileIsPrinted() throws IOException {
        Files.writeString(directory.resolve("bad.yaml"), "rules:\n- users: []\n  repositories: Team\n  actions: fly\n");
        var shell = new Shell(directory);
        assertThat(shell.run("access", "check", "alice", "push", "x", "--file", "bad.yaml"))
                .isEqualTo(2);
        assertThat(shell.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("bad.yaml:2: rule 1: users: is an empty list"),
                        line -> assertThat(line).contains("bad.yaml:3: rule 1: repositories: \"Team\""),
                        line -> assertThat(line).contains("bad.yaml:4: rule 1: actions: \"fly\""),
                        line -> assertThat(line).isEqualTo("3 mistakes in the access rules"));
    }

    @Test
    void aNamedFileThatIsMissingIsAMistake() {
        var shell = new Shell(directory);
        assertThat(shell.run("access", "check", "alice", "push", "x", "--file", "gone.yaml"))
                .isEqualTo(2);
        assertThat(shell.err()).contains("gone.yaml: there is no such file; check the name");
    }

    @Test
    void withoutAFileTheConfigurationNamesIt() throws IOException {
        Files.writeString(directory.resolve("w.yaml"), "auth: {access: access.yaml, htpasswd: htpasswd}");
        new HtpasswdEditor(directory.resolve("htpasswd"))
                .add("alice", Secret.of("a-password-1"), HtpasswdEditor.LOWEST_COST);
        var shell = new Shell(directory);
        assertThat(shell.run("access", "check", "bob", "push", "team/x", "-c", "w.yaml"))
                .isZero();
        assertThat(shell.out().strip()).isEqualTo("allowed: bob may push team/x, by rule 3 (access.yaml:11)");
        assertThat(shell.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("warning: bob is not in " + directory.resolve("htpasswd")),
                        line -> assertThat(line).contains("access.yaml:2: groups.developers: \"bob\" is not in"),
                        line -> assertThat(line).contains("access.yaml:4: rule 1: users: \"bob\" is not in"));
    }

    @Test
    void withoutRulesEveryUserMayDoEverything() {
        var shell = new Shell(directory).variable("WHARFGATE_AUTH_ACCESS", "none.yaml");
        assertThat(shell.run("access", "check", "alice", "push", "x")).isZero();
        assertThat(shell.run("access", "check", "anonymous", "pull", "x")).isEqualTo(1);
        String why = ", as without the file " + directory.resolve("none.yaml")
                + " every user may do everything, and nobody else anything";
        assertThat(shell.out().lines())
                .containsExactly("allowed: alice may push x" + why, "denied: anonymous may not pull x" + why);
    }

    @Test
    void checkConfigTellsTheMistakesOfTheRulesToo() throws IOException {
        Files.writeString(directory.resolve("w.yaml"), "auth: {access: access.yaml}\nlog: {level: info}\n");
        Files.writeString(directory.resolve("access.yaml"), "rules:\n- users: alice\n  repositories: a\n");
        var shell = new Shell(directory);
        assertThat(shell.run("check-config", "-c", "w.yaml")).isEqualTo(2);
        assertThat(shell.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith(directory.resolve("access.yaml") + ":2: rule 1: has no actions"),
                        line -> assertThat(line).isEqualTo("1 mistake in the configuration"));
    }

    @Test
    void checkConfigWarnsOfRulesThatAreNotThere() throws IOException {
        Files.writeString(directory.resolve("w.yaml"), "auth: {access: none.yaml}\n");
        var shell = new Shell(directory);
        assertThat(shell.run("check-config", "-c", "w.yaml")).isZero();
        assertThat(shell.err().strip())
                .isEqualTo("warning: w.yaml:1: auth.access: " + directory.resolve("none.yaml")
                        + " does not exist, so every user may do everything");
    }
}
