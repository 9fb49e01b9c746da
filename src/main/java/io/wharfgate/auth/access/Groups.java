package io.wharfgate.auth.access;

import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Nearest;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Shown;
import io.wharfgate.yaml.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section {@code groups}. A group may have mistakes of its own, and is known nevertheless. */
final class Groups {

    private final Map<String, Set<String>> members = new LinkedHashMap<>();
    private final Users users;
    private final Findings findings;

    Groups(Users users, Findings findings) {
        this.users = users;
        this.findings = findings;
    }

    void read(Node.Entry entry) {
        if (entry.value() instanceof Node.Section section) {
            section.entries().forEach(this::readOne);
        } else if (!(entry.value() instanceof Node.Scalar scalar
                && scalar.text().isEmpty())) {
            findings.error(
                    entry.value().origin(),
                    entry.name(),
                    "holds groups by their names; write \"developers: [alice, bob]\" below it, indented");
        }
    }

    private void readOne(Node.Entry group) {
        String key = "groups." + group.name();
        if (group.name().isBlank()) {
            findings.error(group.origin(), "groups", "has a group without a name; give it one");
            return;
        }
        List<Text> texts = Text.list(group, key, findings);
        texts.stream()
                .filter(text -> Users.isSpecial(text.value()))
                .forEach(text -> findings.error(
                        text.origin(),
                        key,
                        Shown.quoted(text.value()) + " cannot be in a group; name it in a rule's users"));
        members.put(
                group.name(),
                users.read(
                        texts.stream()
                                .filter(text -> !Users.isSpecial(text.value()))
                                .toList(),
                        key));
    }

    Optional<Set<String>> membersOf(String group) {
        return Optional.ofNullable(members.get(group));
    }

    /** What to do about a group that there is not. */
    String advice(String unknown) {
        if (members.isEmpty()) {
            return "there are none; write them under groups";
        }
        return Nearest.to(unknown, members.keySet())
                .map(meant -> "did you mean " + meant + "?")
                .orElse("add it under groups");
    }
}
