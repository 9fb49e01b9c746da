package io.wharfgate.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Holds the file's tree against the known keys: what is unknown, empty or of the wrong form is a mistake. */
final class FileValues {

    private final Map<Key, Given> values = new EnumMap<>(Key.class);
    private final Map<String, Origin> sections = new TreeMap<>();
    private final Set<String> knownSections = Key.sections();
    private final Findings findings;

    FileValues(Node.Section root, Findings findings) {
        this.findings = findings;
        visit(root, "");
    }

    /** What the file sets. */
    Map<Key, Given> values() {
        return values;
    }

    /** Where a section stands, also when nothing is in it. */
    Optional<Origin> section(String path) {
        return Optional.ofNullable(sections.get(path));
    }

    private void visit(Node.Section section, String prefix) {
        for (Node.Entry entry : section.entries()) {
            if (findings.full()) {
                return;
            }
            String path = prefix + entry.name();
            Optional<Key> key = Key.atPath(path);
            if (key.isPresent()) {
                given(key.get(), entry).ifPresent(value -> values.put(key.get(), value));
            } else if (knownSections.contains(path)) {
                sections.put(path, entry.origin());
                section(path, entry);
            } else {
                unknown(path, entry);
            }
        }
    }

    private void section(String path, Node.Entry entry) {
        if (entry.value() instanceof Node.Section inner) {
            visit(inner, path + ".");
        } else if (!(entry.value() instanceof Node.Scalar scalar
                && scalar.text().isEmpty())) {
            // A section without anything is fine: that is what is left when all its lines are commented out.
            findings.error(
                    entry.value().origin(),
                    path,
                    "is a section, but a value is given; write its keys below it, indented");
        }
    }

    private void unknown(String path, Node.Entry entry) {
        String advice = Suggestion.forPath(path)
                .map(known -> "did you mean " + known + "?")
                .orElse("remove it; conf/wharfgate.yaml lists every key");
        findings.error(entry.origin(), path, "unknown key; " + advice);
    }

    private Optional<Given> given(Key key, Node.Entry entry) {
        return switch (key.form()) {
            case ONE -> one(key, entry.origin(), entry.value()).map(one -> one);
            case LIST -> many(key, entry);
        };
    }

    private Optional<Given.One> one(Key key, Origin.InFile place, Node value) {
        if (!(value instanceof Node.Scalar scalar)) {
            findings.error(
                    value.origin(),
                    key.path(),
                    "takes one value, but " + (value instanceof Node.Sequence ? "a list" : "a section")
                            + " is given; write \"" + key.leaf() + ": value\" on one line");
            return Optional.empty();
        }
        if (scalar.text().filter(text -> !text.isBlank()).isEmpty()) {
            findings.error(place, key.path(), "has no value; write one, or remove the line to use the default");
            return Optional.empty();
        }
        return scalar.text().map(text -> new Given.One(place, text));
    }

    private Optional<Given> many(Key key, Node.Entry entry) {
        if (entry.value() instanceof Node.Sequence sequence) {
            List<Given.One> items = new ArrayList<>();
            for (Node item : sequence.items()) {
                one(key, item.origin(), item).ifPresent(items::add);
            }
            // A list with a bad item is a mistake already; without that item it may look empty and be one twice.
            return items.size() < sequence.items().size()
                    ? Optional.empty()
                    : Optional.of(new Given.Many(entry.origin(), List.copyOf(items)));
        }
        boolean empty = entry.value() instanceof Node.Scalar scalar
                && scalar.text().filter(text -> !text.isBlank()).isEmpty();
        findings.error(
                entry.origin(),
                key.path(),
                empty
                        ? "has no value; write a list, or remove the line to use the default"
                        : "takes a list; write it in brackets: \"" + key.leaf() + ": [one, two]\"");
        return Optional.empty();
    }
}
