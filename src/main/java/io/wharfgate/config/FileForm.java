package io.wharfgate.config;

import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the file's value of one key in the form that the key has.
 *
 * @param path the key's, for messages
 */
record FileForm(String path, Findings findings) {

    Optional<Given> read(Key.Form form, Node.Entry entry) {
        return switch (form) {
            case ONE -> one(entry.origin(), entry.value()).map(one -> one);
            case LIST -> list(entry);
            case MAP -> map(entry);
        };
    }

    private Optional<Given.One> one(Origin.InFile place, Node value) {
        if (!(value instanceof Node.Scalar scalar)) {
            findings.error(
                    value.origin(),
                    path,
                    "takes one value, but " + (value instanceof Node.Sequence ? "a list" : "a section")
                            + " is given; write \"" + leaf() + ": value\" on one line");
            return Optional.empty();
        }
        if (empty(scalar)) {
            findings.error(place, path, "has no value; write one, or remove the line to use the default");
            return Optional.empty();
        }
        return scalar.text().map(text -> new Given.One(place, text));
    }

    private Optional<Given> list(Node.Entry entry) {
        if (!(entry.value() instanceof Node.Sequence sequence)) {
            findings.error(
                    entry.origin(),
                    path,
                    empty(entry.value())
                            ? "has no value; write a list, or remove the line to use the default"
                            : "takes a list; write it in brackets: \"" + leaf() + ": [one, two]\"");
            return Optional.empty();
        }
        List<Given.One> items = new ArrayList<>();
        for (Node item : sequence.items()) {
            one(item.origin(), item).ifPresent(items::add);
        }
        return complete(entry, items, sequence.items().size());
    }

    private Optional<Given> map(Node.Entry entry) {
        if (!(entry.value() instanceof Node.Section section)) {
            findings.error(
                    entry.origin(),
                    path,
                    empty(entry.value())
                            ? "has no value; write names with values, or remove the line to use the default"
                            : "takes names with values; write them below it, indented, or in braces: \"" + leaf()
                                    + ": {Name: value}\"");
            return Optional.empty();
        }
        List<Given.One> items = new ArrayList<>();
        for (Node.Entry child : section.entries()) {
            // It would be taken for the sign between name and value. (No header's name can have it.)
            if (child.name().contains("=")) {
                findings.error(child.origin(), path, "has a name with \"=\" in it; write \"Name: value\"");
            } else {
                new FileForm(path + "." + child.name(), findings)
                        .one(child.origin(), child.value())
                        .ifPresent(
                                value -> items.add(new Given.One(child.origin(), child.name() + "=" + value.text())));
            }
        }
        return complete(entry, items, section.entries().size());
    }

    /** A list with a bad item is a mistake already; without that item it may look empty and be one twice. */
    private static Optional<Given> complete(Node.Entry entry, List<Given.One> items, int wanted) {
        return items.size() < wanted
                ? Optional.empty()
                : Optional.of(new Given.Many(entry.origin(), List.copyOf(items)));
    }

    private static boolean empty(Node value) {
        return value instanceof Node.Scalar scalar
                && scalar.text().filter(text -> !text.isBlank()).isEmpty();
    }

    private String leaf() {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
