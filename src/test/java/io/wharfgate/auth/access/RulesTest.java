package io.wharfgate.auth.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.oci.RepositoryName;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of access, for everybody. */
class RulesTest {

    private static final String[] FILE = {
        "groups:",
        "  developers: [alice, bob]",
        "rules:",
        "  - users: bob",
        "    repositories: team/secret",
        "    actions: [push, list]",
        "    effect: deny",
        "  - users: anonymous",
        "    repositories: public/**",
        "    actions: [pull, list]",
        "  - users: '*'",
        "    repositories: '${user}/**'",
        "    actions: all",
        "  - groups: developers",
        "    repositories: team/**",
        "    actions: [pull, push, list]",
        "  - users: root",
        "    repositories: '**'",
        "    actions: all",
    };

    @ParameterizedTest
    @CsvSource({
        // what            , anonymous, alice, bob, carol, root, a/b
        "pull public/x     , yes, yes, yes, yes, yes, yes",
        "list public/x     , yes, yes, yes, yes, yes, yes",
        "push public/x     , no , no , no , no , yes, no",
        "delete public/x   , no , no , no , no , yes, no",
        "pull team/x       , no , yes, yes, no , yes, no",
        "push team/x       , no , yes, yes, no , yes, no",
        "delete team/x     , no , no , no , no , yes, no",
        "push team/secret  , no , yes, no , no , yes, no",
        "pull team/secret  , no , yes, yes, no , yes, no",
        "list team/secret  , no , yes, no , no , yes, no",
        "pull team         , no , no , no , no , yes, no",
        "delete alice/x    , no , yes, no , no , yes, no",
        "delete carol/x    , no , no , no , yes, yes, no",
        "delete a/b/x      , no , no , no , no , yes, no",
        "ping              , yes, yes, yes, yes, yes, yes",
        "catalog           , yes, yes, yes, yes, yes, yes",
        "pull everywhere   , no , no , no , no , yes, no",
        "list everywhere   , no , no , no , no , yes, no",
        "delete everywhere , no , no , no , no , yes, no",
    })
    void decides(String what, String anonymous, String alice, String bob, String carol, String root, String slash) {
        Rules rules = rules(FILE);
        String[] expected = {anonymous, alice, bob, carol, root, slash};
        String[] users = {"", "alice", "bob", "carol", "root", "a/b"};
        for (int i = 0; i < users.length; i++) {
            assertThat(rules.decide(who(users[i]), access(what)).allowed())
                    .as("%s, by '%s'", what, users[i])
                    .isEqualTo(expected[i].equals("yes"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bob   | push team/secret  | rule 1, line 4 of access.yaml, denies push",
                "carol | push team/x       | no rule of access.yaml allows push",
                "bob   | push everywhere   | rule 1, line 4 of access.yaml, denies push in some repositories",
                "carol | delete everywhere | no rule of access.yaml allows delete in every repository",
            })
    void saysWhyNot(String user, String what, String reason) {
        assertThat(rules(FILE).decide(who(user), access(what))).isEqualTo(new Decision.Denied(reason));
    }

    @Test
    void withoutARuleForThemTheAnonymousMayNotEvenPing() {
        Rules rules = rules("rules:", "- users: '*'", "  repositories: '**'", "  actions: all");
        assertThat(rules.admitsAnonymous()).isFalse();
        assertThat(rules.decide(who(""), access("ping")))
                .isEqualTo(new Decision.Denied("no rule of access.yaml is for anybody who has not logged in"));
        assertThat(rules.decide(who("alice"), access("ping")).allowed()).isTrue();
        assertThat(rules.decide(who(""), access("catalog")).allowed()).isFalse();
    }

    @Test
    void catalogNeedsAListThatNobodyTookAway() {
        Rules rules = rules(
                "rules:",
                "- {users: alice, repositories: 'team/**', actions: list, effect: deny}",
                "- {users: '*', repositories: ['team/a', 'team/b/*'], actions: [list, pull]}",
                "- {users: '*', repositories: '**', actions: pull}");
        assertThat(rules.decide(who("bob"), access("catalog")).allowed()).isTrue();
        assertThat(rules.decide(who("alice"), access("catalog")))
                .isEqualTo(new Decision.Denied("no rule of access.yaml allows list in any repository"));
    }

    /** A place of one's own is nobody's who has no name that could be in one. */
    @Test
    void aRuleForTheUsersPlaceAloneAdmitsNoAnonymous() {
        Rules rules = rules("rules:", "- {users: anonymous, repositories: '${user}/**', actions: all}");
        assertThat(rules.admitsAnonymous()).isFalse();
        assertThat(rules.decide(who("alice"), access("catalog")).allowed()).isTrue();
        assertThat(rules.decide(who("Alice"), access("catalog")).allowed()).isFalse();
        assertThat(rules.decide(who("*"), access("pull a/b")).allowed()).isFalse();
    }

    @Test
    void usersWithStrangeNamesAreNobodyElse() {
        Rules rules = rules("rules:", "- {users: alice, repositories: '**', actions: all}");
        for (String user : new String[] {"*", "anonymous", "Alice", "alice ", "alic", "**"}) {
            assertThat(rules.decide(who(user), access("pull a")).allowed())
                    .as(user)
                    .isFalse();
        }
    }

    @Test
    void explainsForPeople() {
        Rules rules = rules(FILE);
        assertThat(rules.explain(who("alice"), Action.PUSH, new RepositoryName("team/x")))
                .isEqualTo("by rule 4 (access.yaml:14)");
        assertThat(rules.explain(who(""), Action.PUSH, new RepositoryName("team/x")))
                .isEqualTo("as no rule of access.yaml allows it");
    }

    private static Rules rules(String... lines) {
        AccessContents contents =
                AccessText.read(String.join("\n", lines), "/etc/wharfgate/access.yaml", "access.yaml", any -> true);
        assertThat(contents.errors()).isEmpty();
        return contents.rules().orElseThrow();
    }

    private static Identity who(String user) {
        return user.isEmpty() ? new Identity.Anonymous() : new Identity.User(user);
    }

    private static Access access(String text) {
        String[] words = text.strip().split(" ", -1);
        if (words[0].equals("ping")) {
            return new Access.Ping();
        }
        if (words[0].equals("catalog")) {
            return new Access.Catalog();
        }
        Action action = Arrays.stream(Action.values())
                .filter(a -> a.name().equalsIgnoreCase(words[0]))
                .findFirst()
                .orElseThrow();
        return words[1].equals("everywhere")
                ? new Access.Everywhere(action)
                : Access.to(action, new RepositoryName(words[1]));
    }
}
