package io.wharfgate.auth.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Identity;
import io.wharfgate.oci.RepositoryName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random files of rules, each held against {@link RandomRules}: all users, all actions, all short names. */
class RulesPropertyTest {

    private static final List<String> NAMES = names();

    @Test
    void decidesAsThePlainReading() {
        Fuzz.rounds(300, random -> {
            RandomRules plain = RandomRules.of(random);
            String yaml = plain.yaml(random);
            AccessContents contents = AccessText.read(yaml, "access.yaml", "access.yaml", any -> true);
            assertThat(contents.errors()).as(yaml).isEmpty();
            Rules rules = contents.rules().orElseThrow();
            boolean anythingForAnonymous = false;
            for (String user : users()) {
                for (Action action : Action.values()) {
                    boolean anything = compare(rules, plain, user, action, yaml);
                    anythingForAnonymous |= anything && user.isEmpty();
                }
            }
            // It may take a rule for one that admits whom two others deny it all, but never the other way round.
            assertThat(rules.admitsAnonymous() || !anythingForAnonymous)
                    .as(yaml)
                    .isTrue();
            assertThat(allowed(rules, "", new Access.Ping())).as(yaml).isEqualTo(rules.admitsAnonymous());
        });
    }

    private static boolean compare(Rules rules, RandomRules plain, String user, Action action, String yaml) {
        boolean any = false;
        boolean all = true;
        for (String name : NAMES) {
            boolean expected = plain.allows(user, action, name);
            if (allowed(rules, user, Access.to(action, new RepositoryName(name))) != expected) {
                throw new AssertionError("'" + user + "' " + action + " " + name + " is " + expected + " in\n" + yaml);
            }
            any |= expected;
            all &= expected;
        }
        boolean everywhere = allowed(rules, user, new Access.Everywhere(action));
        assertThat(everywhere).as("'%s' %s\n%s", user, action, yaml).isEqualTo(plain.allowsEverywhere(user, action));
        assertThat(all || !everywhere).as("'%s' %s\n%s", user, action, yaml).isTrue();
        if (action == Action.LIST && any) {
            assertThat(allowed(rules, user, new Access.Catalog()))
                    .as("'%s'\n%s", user, yaml)
                    .isTrue();
        }
        return any;
    }

    /** A rule that is warned about can be left away. */
    @Test
    void whatIsSaidToDecideNothingDecidesNothing() {
        int[] warned = {0};
        Fuzz.rounds(200, random -> {
            String yaml = RandomRules.of(random).yaml(random);
            AccessContents contents = AccessText.read(yaml, "access.yaml", "access.yaml", any -> true);
            Rules rules = contents.rules().orElseThrow();
            for (var warning : contents.warnings()) {
                warned[0]++;
                String by = "by " + warning.key() + " ";
                for (String user : users()) {
                    for (Action action : Action.values()) {
                        for (String name : NAMES) {
                            if (rules.explain(identity(user), action, new RepositoryName(name))
                                    .startsWith(by)) {
                                throw new AssertionError("'" + user + "' " + action + " " + name + " in\n" + yaml);
                            }
                        }
                    }
                }
            }
        });
        assertThat(warned[0]).isPositive();
    }

    private static List<String> users() {
        var users = new ArrayList<>(RandomRules.USERS);
        users.add("");
        users.add("dave");
        return users;
    }

    private static boolean allowed(Rules rules, String user, Access access) {
        return rules.decide(identity(user), access).allowed();
    }

    private static Identity identity(String user) {
        return user.isEmpty() ? new Identity.Anonymous() : new Identity.User(user);
    }

    private static List<String> names() {
        List<String> parts = List.of("a", "b", "ab", "alice", "bob");
        var names = new ArrayList<>(parts);
        for (String first : parts) {
            for (String second : parts) {
                names.add(first + "/" + second);
            }
            names.addAll(Arrays.asList(first + "/a/b", "a/" + first + "/b", first + "/" + first + "/" + first));
        }
        return names;
    }
}
