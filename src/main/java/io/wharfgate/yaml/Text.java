package io.wharfgate.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One value of the file, and where it stands. */
public record Text(Origin.InFile origin, String value) {

    /**
     * The values of a key: a list, or one that stands alone. What is wrong is noted, and the rest comes back.
     *
     * @param key for messages
     */
    public static List<Text> list(Node.Entry entry, String key, Findings findings) {
        if (!(entry.value() instanceof Node.Sequence sequence)) {
            return one(entry.origin(), entry.value(), key, findings)
                    .filter(text -> !isListWithoutBrackets(text, entry.name(), key, findings))
                    .map(List::of)
                    .orElse(List.of());
        }
        if (sequence.items().isEmpty()) {
            findings.error(entry.origin(), key, "is an empty list; name one at least");
        }
        List<Text> texts = new ArrayList<>();
        for (Node item : sequence.items()) {
            one(item.origin(), item, key, findings).ifPresent(texts::add);
        }
        return texts;
    }

    /**
     * A single value.
     *
     * @param place to blame when there is none
     */
    public static Optional<Text> one(Origin.InFile place, Node value, String key, Findings findings) {
        if (!(value instanceof Node.Scalar scalar)) {
            findings.error(
                    value.origin(),
                    key,
                    value instanceof Node.Section
                            ? "holds keys where a value is expected; if it begins with { or ${, put it in quotes"
                            : "has a list where a value is expected; remove the brackets");
            return Optional.empty();
        }
        if (scalar.text().filter(text -> !text.isBlank()).isEmpty()) {
            findings.error(place, key, "has no value; write one, or remove it");
            return Optional.empty();
        }
        return scalar.text().map(text -> new Text(scalar.origin(), text));
    }

    private static boolean isListWithoutBrackets(Text text, String name, String key, Findings findings) {
        if (!text.value().contains(",")) {
            return false;
        }
        findings.error(text.origin(), key, "is one value with a comma in it; write \"" + name + ": [one, two]\"");
        return true;
    }
}
