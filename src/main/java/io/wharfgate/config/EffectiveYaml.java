package io.wharfgate.config;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes what is in force as YAML, with a comment at each value that says where it came from. */
final class EffectiveYaml {

    /** What needs no quotes, neither alone nor inside brackets. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/.][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*");

    /** Plain, but YAML or one of its readers would take them for something else than text. */
    private static final Set<String> WORDS = Set.of("null", "yes", "no", "on", "off", "y", "n");

    private static final int COMMENT_COLUMN = 48;

    private final Map<Key, Values.Effective> effective;

    EffectiveYaml(Map<Key, Values.Effective> effective) {
        this.effective = effective;
    }

    String render(String source) {
        var yaml = new StringBuilder("# The configuration in force, from: " + Shown.printable(source) + "\n");
        var begun = new HashSet<String>();
        for (Key key : Key.values()) {
            // Nothing of upstream is ever in force, so it could only be noise here.
            if (!key.upstream()) {
                beginSections(yaml, begun, key.path());
                yaml.append(line(key));
            }
        }
        return yaml.toString();
    }

    private static void beginSections(StringBuilder yaml, Set<String> begun, String path) {
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            String section = path.substring(0, dot);
            if (begun.add(section)) {
                yaml.append(indent(section))
                        .append(section.substring(section.lastIndexOf('.') + 1))
                        .append(":\n");
            }
        }
    }

    private String line(Key key) {
        String indent = indent(key.path());
        Values.Effective value = effective.get(key);
        if (value == null) {
            return padded(indent + "# " + key.leaf() + ":") + "# not set\n";
        }
        String text = key.form() == Key.Form.LIST
                ? value.items().stream().map(EffectiveYaml::scalar).collect(Collectors.joining(", ", "[", "]"))
                : scalar(value.items().get(0));
        return padded(indent + key.leaf() + ": " + text) + "# "
                + Shown.printable(value.origin().toString()) + "\n";
    }

    private static String indent(String path) {
        return "  ".repeat((int) path.chars().filter(c -> c == '.').count());
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
