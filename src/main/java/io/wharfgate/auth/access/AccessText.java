package io.wharfgate.auth.access;

import io.wharfgate.yaml.FileKind;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.Suggested;
import io.wharfgate.yaml.YamlTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the text of a file of rules, strictly: what is not understood is a mistake, and with a mistake there are no rules. */
final class AccessText {

    static final FileKind KIND =
            new FileKind("a list of access rules", "the file of access rules", "\"groups:\" or \"rules:\"");

    private static final String GROUPS = "groups";
    private static final String RULES = "rules";

    /** Each rule is held against all before it; nobody reads warnings about so many. */
    private static final int COMPARED = 500;

    private final String shortName;
    private final Findings findings;
    private final Users users;
    private final Groups groups;

    private AccessText(String shortName, Predicate<String> knownUsers, Findings findings) {
        this.shortName = shortName;
        this.findings = findings;
        this.users = new Users(knownUsers, findings);
        this.groups = new Groups(users, findings);
    }

    /**
     * Reads rules. Never throws, whatever the text is.
     *
     * @param file for messages to the operator
     * @param shortName for those to users
     */
    static AccessContents read(String text, String file, String shortName, Predicate<String> knownUsers) {
        var findings = new Findings();
        Optional<Rules> rules = YamlTree.parse(text, file, KIND, findings)
                .map(root -> new AccessText(shortName, knownUsers, findings).rules(root));
        return new AccessContents(
                rules.filter(read -> findings.errors().isEmpty()), false, findings.errors(), findings.warnings());
    }

    private Rules rules(Node.Section root) {
        Optional<Node.Entry> list = Optional.empty();
        for (Node.Entry entry : root.entries()) {
            if (entry.name().equals(GROUPS)) {
                groups.read(entry);
            } else if (entry.name().equals(RULES)) {
                list = Optional.of(entry);
            } else {
                findings.error(
                        entry.origin(),
                        entry.name(),
                        "unknown key; "
                                + Suggested.of(entry.name(), List.of(GROUPS, RULES), Map.of())
                                        .map(meant -> "did you mean " + meant + "?")
                                        .orElse("the file has groups and rules"));
            }
        }
        if (list.isEmpty()) {
            findings.error(
                    root.origin(), "", "has no rules; write some, or remove the file to let every user do everything");
        }
        return new Rules(shortName, list.map(this::rules).orElse(List.of()));
    }

    private List<Rule> rules(Node.Entry entry) {
        if (!(entry.value() instanceof Node.Sequence sequence)) {
            findings.error(
                    entry.value().origin(),
                    RULES,
                    "is not a list; begin each rule with \"- \", and indent its other lines");
            return List.of();
        }
        if (sequence.items().isEmpty()) {
            findings.error(
                    entry.origin(), RULES, "is an empty list, so nobody could do anything; write a rule at least");
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < sequence.items().size() && !findings.full(); i++) {
            new RuleReader(groups, users, findings, i + 1)
                    .read(sequence.items().get(i))
                    .ifPresent(rule -> {
                        warnIfTaken(
                                rule,
                                rules,
                                sequence.items().get(rule.number() - 1).origin());
                        rules.add(rule);
                    });
        }
        return rules;
    }

    private void warnIfTaken(Rule rule, List<Rule> before, Origin place) {
        before.stream()
                .limit(COMPARED)
                .filter(earlier -> rule.number() <= COMPARED && earlier.covers(rule))
                .findFirst()
                .ifPresent(earlier -> findings.warning(
                        place,
                        "rule " + rule.number(),
                        "never decides anything: rule " + earlier.number() + ", line " + earlier.line()
                                + ", has taken all of it; move it up, or remove it"));
    }
}
