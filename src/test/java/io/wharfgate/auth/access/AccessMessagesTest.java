package io.wharfgate.auth.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.yaml.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read who made a mistake, word by word. */
class AccessMessagesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "users: []              | a.yaml:2: rule 1: users: is an empty list; name one at least",
                "users:                 | a.yaml:2: rule 1: users: has no value; write one, or remove it",
                "users: [alice, '']     | a.yaml:2: rule 1: users: has no value; write one, or remove it",
                "users: alice, bob      | a.yaml:2: rule 1: users: is one value with a comma in it; write \"users: [one, two]\"",
                "users: [[alice]]       | a.yaml:2: rule 1: users: has a list where a value is expected; remove the brackets",
                "users: {alice: yes}    | a.yaml:2: rule 1: users: holds keys where a value is expected; if it begins with { or ${, put it in quotes",
                "users: \"al*\"         | a.yaml:2: rule 1: users: \"al*\" is not the name of a user; there are no wildcards here but \"*\" alone, everybody who has logged in",
                "users: [*]             | a.yaml:2: is not valid YAML: a value starts with a character that has a meaning in YAML; put the value in quotes",
                "groups: dev            | a.yaml:2: rule 1: groups: \"dev\" is no group; there are none; write them under groups",
                "user: alice            | a.yaml:2: rule 1: user: unknown key; did you mean users? a.yaml:2: rule 1: has neither users nor groups; say for whom it is, with \"*\" for everybody who has logged in, and anonymous for everybody",
            })
    void aboutUsers(String line, String messages) {
        assertThat(mistakes("rules:", "- " + line, "  repositories: a", "  actions: pull"))
                .containsExactlyInAnyOrderElementsOf(List.of(messages.split("(?<=.) (?=a\\.yaml)", -1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "actions: pul      | a.yaml:4: rule 1: actions: \"pul\" is no action; did you mean pull?",
                "actions: write    | a.yaml:4: rule 1: actions: \"write\" is no action; did you mean push?",
                "actions: \"*\"    | a.yaml:4: rule 1: actions: \"*\" is no action; did you mean all?",
                "actions: [pull, fly] | a.yaml:4: rule 1: actions: \"fly\" is no action; there are pull, push, delete, list, and all for the four of them",
                "actions: pull push | a.yaml:4: rule 1: actions: \"pull push\" is no action; there are pull, push, delete, list, and all for the four of them",
                "effect: allow     | a.yaml:2: rule 1: has no actions; there are pull, push, delete, list, and all for the four of them",
            })
    void aboutActions(String line, String message) {
        assertThat(mistakes("rules:", "- users: alice", "  repositories: a", "  " + line))
                .containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "repositories: [team/]       | a.yaml:3: rule 1: repositories: \"team/\" has a \"/\" at an end or beside another one, as no name of a repository has; remove it, or write ** after it for all that is below",
                "repositories: 'a/${group}'  | a.yaml:3: rule 1: repositories: \"a/${group}\" has \"${group}\", which is not known; there is only ${user}",
                "repositories: [${user}/**]  | a.yaml:3: is not valid YAML: a { in a value that stands in brackets; put the value in quotes",
                "repositories: **            | a.yaml:3: is not valid YAML: a value starts with a character that has a meaning in YAML; put the value in quotes",
                "repos: a                    | a.yaml:2: rule 1: has no repositories; write ** for all of them",
            })
    void aboutRepositories(String line, String message) {
        assertThat(mistakes("rules:", "- users: alice", "  " + line, "  actions: pull"))
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "effect: denied | \"denied\" is no effect; write allow or deny",
                "effect: [deny] | has a list where a value is expected; remove the brackets",
                "effect:        | has no value; write one, or remove it",
            })
    void aboutEffects(String line, String message) {
        assertThat(mistakes("rules:", "- users: alice", "  repositories: a", "  actions: pull", "  " + line))
                .containsExactly("a.yaml:5: rule 1: effect: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'repos: x'       | repos: unknown key; did you mean repositories?",
                "'image: x'       | image: unknown key; a rule has users, groups, repositories, actions and effect",
                "'permissions: x' | permissions: unknown key; did you mean actions?",
                "'deny: true'     | deny: unknown key; did you mean effect?",
            })
    void aboutUnknownKeys(String line, String message) {
        assertThat(mistakes("rules:", "- users: alice", "  repositories: a", "  actions: pull", "  " + line))
                .containsExactly("a.yaml:5: rule 1: " + message);
    }

    @Test
    void aboutRepeatedKeys() {
        assertThat(mistakes("rules:", "- users: alice", "  users: bob", "  repositories: a", "  actions: pull"))
                .containsExactly("a.yaml:3: rules.users: is here twice, first in line 2; keep one of them");
    }

    @Test
    void aboutGroups() {
        assertThat(mistakes(
                        "groups:",
                        "  developers: [alice, anonymous]",
                        "  operators: []",
                        "rules:",
                        "- {groups: developer, repositories: a, actions: pull}",
                        "- {groups: nobody, repositories: a, actions: pull}"))
                .containsExactly(
                        "a.yaml:2: groups.developers: \"anonymous\" cannot be in a group; name it in a rule's users",
                        "a.yaml:3: groups.operators: is an empty list; name one at least",
                        "a.yaml:5: rule 1: groups: \"developer\" is no group; did you mean developers?",
                        "a.yaml:6: rule 2: groups: \"nobody\" is no group; add it under groups");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''               | a.yaml:1: has no rules; write some, or remove the file to let every user do everything",
                "'groups: {}'     | a.yaml:1: has no rules; write some, or remove the file to let every user do everything",
                "'rules: []'      | a.yaml:1: rules: is an empty list, so nobody could do anything; write a rule at least",
                "'rules:'         | a.yaml:1: rules: is not a list; begin each rule with \"- \", and indent its other lines",
                "'rules: {a: b}'  | a.yaml:1: rules: is not a list; begin each rule with \"- \", and indent its other lines",
                "'rules: [alice]' | a.yaml:1: rule 1: is not a rule; write users, repositories and actions, each on its line",
                "'- users: alice' | a.yaml:1: is not a list of access rules; it starts with \"groups:\" or \"rules:\"",
            })
    void aboutTheWhole(String text, String message) {
        assertThat(mistakes(text)).containsExactly(message);
    }

    @Test
    void aboutKeysThatAreNotThere() {
        assertThat(mistakes("rule:", "- {users: a, repositories: a, actions: pull}"))
                .containsExactlyInAnyOrder(
                        "a.yaml:1: rule: unknown key; did you mean rules?",
                        "a.yaml:1: has no rules; write some, or remove the file to let every user do everything");
        assertThat(mistakes("colour: red", "rules:", "- {users: a, repositories: a, actions: pull}"))
                .containsExactly("a.yaml:1: colour: unknown key; the file has groups and rules");
    }

    @ParameterizedTest
    @ValueSource(strings = {"users: '*'", "users: anonymous", "users: [alice, bob]", "groups: both"})
    void warnsOfARuleThatDecidesNothing(String later) {
        assertThat(warnings(
                        "groups: {both: [alice, bob]}",
                        "rules:",
                        "- users: " + (later.contains("anonymous") ? "anonymous" : "'*'"),
                        "  repositories: ['a/**', b]",
                        "  actions: [pull, push]",
                        "- " + later,
                        "  repositories: [b, a/*/c]",
                        "  actions: push",
                        "  effect: deny"))
                .containsExactly(
                        "a.yaml:6: rule 2: never decides anything: rule 1, line 3, has taken all of it; move it up, or"
                                + " remove it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{users: anonymous, repositories: a/x, actions: pull}",
                "{users: alice, repositories: [a/x, b], actions: pull}",
                "{users: alice, repositories: a/x, actions: [pull, push]}",
                "{users: bob, repositories: a, actions: pull}"
            })
    void warnsOfNoRuleThatDecidesSomething(String later) {
        assertThat(warnings("rules:", "- {users: '*', repositories: 'a/**', actions: pull}", "- " + later))
                .isEmpty();
    }

    @Test
    void warnsOfUsersWhomThePasswordFileDoesNotHave() {
        assertThat(warnings(
                        "groups:",
                        "  both: [alice, dave]",
                        "rules:",
                        "- {users: [erin, anonymous], groups: both, repositories: a, actions: pull}"))
                .containsExactly(
                        "a.yaml:2: groups.both: \"dave\" is not in the password file; check the name, or add the user",
                        "a.yaml:4: rule 1: users: \"erin\" is not in the password file; check the name, or add the user");
    }

    private static AccessContents read(String... lines) {
        return AccessText.read(String.join("\n", lines), "a.yaml", "a.yaml", List.of("alice", "bob", "a")::contains);
    }

    private static List<String> mistakes(String... lines) {
        AccessContents contents = read(lines);
        assertThat(contents.rules()).isEmpty();
        return contents.errors().stream().map(Finding::toString).toList();
    }

    private static List<String> warnings(String... lines) {
        AccessContents contents = read(lines);
        assertThat(contents.errors()).isEmpty();
        return contents.warnings().stream().map(Finding::toString).toList();
    }
}
