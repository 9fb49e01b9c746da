package io.wharfgate.auth.access;

import io.wharfgate.auth.Action;
import io.wharfgate.oci.InvalidPatternException;
import io.wharfgate.oci.RepositoryPattern;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Shown;
import io.wharfgate.yaml.Suggested;
import io.wharfgate.yaml.Text;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads one rule. Every mistake is noted, and nothing stops at the first one. */
final class RuleReader {

    private static final String USERS = "users";
    private static final String GROUPS = "groups";
    private static final String REPOSITORIES = "repositories";
    private static final String ACTIONS = "actions";
    private static final String EFFECT = "effect";

    /** What it is called elsewhere, where the spelling would not lead there. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "images", REPOSITORIES,
            "paths", REPOSITORIES,
            "names", REPOSITORIES,
            "accounts", USERS,
            "subjects", USERS,
            "permissions", ACTIONS,
            "allow", EFFECT,
            "deny", EFFECT);

    private final Groups groups;
    private final Users users;
    private final Findings findings;
    private final int number;
    private final String name;

    /** @param number of the rule, from 1 */
    RuleReader(Groups groups, Users users, Findings findings, int number) {
        this.groups = groups;
        this.users = users;
        this.findings = findings;
        this.number = number;
        this.name = "rule " + number;
    }

    /** The rule; empty after a mistake. */
    Optional<Rule> read(Node item) {
        if (!(item instanceof Node.Section section)) {
            findings.error(
                    item.origin(), name, "is not a rule; write users, repositories and actions, each on its line");
            return Optional.empty();
        }
        Map<String, Node.Entry> entries = known(section);
        Who who = who(section, entries);
        List<RepositoryPattern> repositories = repositories(section, entries);
        Set<Action> actions = actions(section, entries);
        boolean allows = !entries.containsKey(EFFECT) || allows(entries.get(EFFECT));
        return repositories.isEmpty() || actions.isEmpty()
                ? Optional.empty()
                : Optional.of(new Rule(number, section.origin().line(), who, repositories, actions, allows));
    }

    private Map<String, Node.Entry> known(Node.Section section) {
        List<String> keys = List.of(USERS, GROUPS, REPOSITORIES, ACTIONS, EFFECT);
        Map<String, Node.Entry> entries = new TreeMap<>();
        for (Node.Entry entry : section.entries()) {
            if (keys.contains(entry.name())) {
                entries.put(entry.name(), entry);
            } else {
                findings.error(
                        entry.origin(),
                        key(entry.name()),
                        "unknown key; "
                                + Suggested.of(entry.name(), keys, OTHER_NAMES)
                                        .map(meant -> "did you mean " + meant + "?")
                                        .orElse("a rule has users, groups, repositories, actions and effect"));
            }
        }
        return entries;
    }

    private Who who(Node.Section section, Map<String, Node.Entry> entries) {
        if (!entries.containsKey(USERS) && !entries.containsKey(GROUPS)) {
            findings.error(
                    section.origin(),
                    name,
                    "has neither users nor groups; say for whom it is, with \"*\" for everybody who has logged in, and"
                            + " anonymous for everybody");
        }
        Set<String> names = new HashSet<>();
        if (entries.containsKey(USERS)) {
            names.addAll(users.read(Text.list(entries.get(USERS), key(USERS), findings), key(USERS)));
        }
        boolean everybody = names.remove(Users.EVERYBODY);
        boolean everyUser = names.remove(Users.EVERY_USER);
        if (entries.containsKey(GROUPS)) {
            for (Text text : Text.list(entries.get(GROUPS), key(GROUPS), findings)) {
                groups.membersOf(text.value())
                        .ifPresentOrElse(
                                names::addAll,
                                () -> findings.error(
                                        text.origin(),
                                        key(GROUPS),
                                        Shown.quoted(text.value()) + " is no group; " + groups.advice(text.value())));
            }
        }
        return new Who(everybody, everyUser, names);
    }

    private List<RepositoryPattern> repositories(Node.Section section, Map<String, Node.Entry> entries) {
        List<RepositoryPattern> patterns = new ArrayList<>();
        for (Text text : required(section, entries, REPOSITORIES, "write ** for all of them")) {
            try {
                patterns.add(RepositoryPattern.parse(text.value()));
            } catch (InvalidPatternException e) {
                findings.error(text.origin(), key(REPOSITORIES), Shown.quoted(text.value()) + " " + e.getMessage());
            }
        }
        return patterns;
    }

    private Set<Action> actions(Node.Section section, Map<String, Node.Entry> entries) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (Text text : required(section, entries, ACTIONS, "there are " + ActionNames.KNOWN)) {
            Set<Action> named = ActionNames.parse(text.value());
            if (named.isEmpty()) {
                findings.error(
                        text.origin(),
                        key(ACTIONS),
                        Shown.quoted(text.value()) + " is no action; " + ActionNames.advice(text.value()));
            }
            actions.addAll(named);
        }
        return actions;
    }

    private List<Text> required(Node.Section section, Map<String, Node.Entry> entries, String wanted, String remedy) {
        Node.Entry entry = entries.get(wanted);
        if (entry == null) {
            findings.error(section.origin(), name, "has no " + wanted + "; " + remedy);
            return List.of();
        }
        return Text.list(entry, key(wanted), findings);
    }

    private boolean allows(Node.Entry entry) {
        Optional<Text> text = Text.one(entry.origin(), entry.value(), key(EFFECT), findings);
        text.filter(t -> !t.value().equals("allow") && !t.value().equals("deny"))
                .ifPresent(t -> findings.error(
                        t.origin(), key(EFFECT), Shown.quoted(t.value()) + " is no effect; write allow or deny"));
        return text.filter(t -> t.value().equals("allow")).isPresent();
    }

    private String key(String below) {
        return name + ": " + below;
    }
}
