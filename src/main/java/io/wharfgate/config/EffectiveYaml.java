package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes what is in force as YAML, with a comment at each value that says where it came from. */
final class EffectiveYaml {

    /** What needs no quotes, neither alone nor inside brackets. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/.][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*");

    /** Plain, but YAML or one of its readers would take them for something else than text. */
    private static final Set<String> WORDS = Set.of("null", "yes", "no", "on", "off", "y", "n");

    private static final int COMMENT_COLUMN = 48;

    private final InForce inForce;
    private final StringBuilder yaml = new StringBuilder();

    EffectiveYaml(InForce inForce) {
        this.inForce = inForce;
    }

    String render(String source) {
        yaml.append("# The configuration in force, from: " + Shown.printable(source) + "\n");
        // Of storage and upstream only one is ever in force; the other could only be noise here.
        boolean gateway = inForce.gateway();
        keys(
                key -> !(gateway ? key.storage() : key.upstream()) && key.compareTo(Key.OPS_LISTEN) < 0,
                inForce.values(),
                0);
        if (!inForce.prefixes().isEmpty()) {
            prefixes();
        }
        keys(key -> key.compareTo(Key.OPS_LISTEN) >= 0, inForce.values(), 0);
        return yaml.toString();
    }

    /** Directly behind the other keys of {@code upstream}. */
    private void prefixes() {
        yaml.append("  prefixes:\n");
        inForce.prefixes().forEach((name, values) -> {
            yaml.append("    ").append(scalar(name)).append(":\n");
            // The section upstream itself has begun already, and its keys stand two levels deeper here.
            keys(Key::ofEachUpstream, values, 2);
        });
    }

    private void keys(Predicate<Key> which, Map<Key, Values.Effective> values, int deeper) {
        var begun = new HashSet<String>();
        for (Key key : Key.values()) {
            if (which.test(key)) {
                beginSections(begun, key.path(), deeper);
                line(key, Optional.ofNullable(values.get(key)), deeper);
            }
        }
    }

    private void beginSections(Set<String> begun, String path, int deeper) {
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            String section = path.substring(0, dot);
            // Of a prefix, the outermost section is the prefix itself.
            if (begun.add(section) && (deeper == 0 || section.contains("."))) {
                yaml.append(indent(section, deeper))
                        .append(section.substring(section.lastIndexOf('.') + 1))
                        .append(":\n");
            }
        }
    }

    private void line(Key key, Optional<Values.Effective> value, int deeper) {
        String indent = indent(key.path(), deeper);
        yaml.append(value.map(v -> padded(indent + key.leaf() + ": " + text(key, v.items())) + "# "
                        + Shown.printable(v.origin().toString()) + "\n")
                .orElseGet(() -> padded(indent + "# " + key.leaf() + ":") + "# not set\n"));
    }

    private static String text(Key key, List<String> items) {
        return switch (key.form()) {
            case ONE -> scalar(items.get(0));
            case LIST -> items.stream().map(EffectiveYaml::scalar).collect(Collectors.joining(", ", "[", "]"));
            case MAP -> items.stream().map(EffectiveYaml::pair).collect(Collectors.joining(", ", "{", "}"));
        };
    }

    private static String pair(String item) {
        int sign = item.indexOf('=');
        return scalar(item.substring(0, sign)) + ": " + scalar(item.substring(sign + 1));
    }

    private static String indent(String path, int deeper) {
        return "  ".repeat(deeper + (int) path.chars().filter(c -> c == '.').count());
    }

    private static String padded(String line) {
        return line + " ".repeat(Math.max(1, COMMENT_COLUMN - line.length()));
    }

    private static String scalar(String text) {
        if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Shown.unprintable(c)) {
                quoted.append(Shown.printable(Character.toString(c)));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
