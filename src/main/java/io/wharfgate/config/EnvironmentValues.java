package io.wharfgate.config;

import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The {@code WHARFGATE_*} variables. An empty one counts as not set: Compose files pass many of those on. */
final class EnvironmentValues {

    private static final String PREFIX = "WHARFGATE_";

    /** Read elsewhere: the file's name, whether the command line prints stack traces, logins of the commands that copy. */
    private static final Set<String> NOT_KEYS =
            Set.of("WHARFGATE_CONFIG", "WHARFGATE_DEBUG", "WHARFGATE_SOURCE_PASSWORD", "WHARFGATE_TARGET_PASSWORD");

    /**
     * What Kubernetes sets in every pod for a service whose name starts with "wharfgate", and what Docker sets for a
     * linked container of that name. That is why unknown variables are warnings and not errors.
     */
    private static final Pattern INJECTED =
            Pattern.compile("WHARFGATE_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)"
                    + "|WHARFGATE_NAME|WHARFGATE_ENV_\\w+");

    private final Map<Key, Given> values = new EnumMap<>(Key.class);

    EnvironmentValues(Map<String, String> environment, Findings findings) {
        var injected = new ArrayList<String>();
        new TreeMap<>(environment).forEach((name, text) -> {
            if (!name.startsWith(PREFIX) || text.isBlank() || NOT_KEYS.contains(name)) {
                return;
            }
            Optional<Key> key = Key.ofVariable(name);
            if (key.isPresent()) {
                values.put(key.get(), given(key.get(), new Origin.Variable(name), text));
            } else if (INJECTED.matcher(name).matches()) {
                injected.add(name);
            } else if (name.startsWith(Key.variable(Key.PREFIXES))) {
                // Not just without effect: repositories would silently go to another registry than somebody meant.
                findings.error(
                        new Origin.Variable(name), "", Key.PREFIXES + " has no variables; write it into the file");
            } else {
                findings.warning(
                        new Origin.Variable(name),
                        "",
                        Suggestion.forVariable(name)
                                .map(known -> "unknown variable, has no effect; did you mean " + known + "?")
                                .orElse("unknown variable, has no effect; remove it"));
            }
        });
        if (!injected.isEmpty()) {
            findings.warning(
                    new Origin.Variable(injected.get(0)),
                    "",
                    (injected.size() > 1 ? "and " + (injected.size() - 1) + " more like it have" : "has")
                            + " no effect here: Kubernetes or Docker made them from the name of a service;"
                            + " \"enableServiceLinks: false\" in the pod stops that");
        }
    }

    Map<Key, Given> values() {
        return values;
    }

    /** A value as a variable writes it: lists and maps with commas. */
    static Given given(Key key, Origin.Variable origin, String text) {
        return switch (key.form()) {
            case ONE -> new Given.One(origin, text.strip());
            case LIST, MAP -> {
                List<Given.One> items = Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .map(item -> new Given.One(origin, item))
                        .toList();
                yield new Given.Many(origin, items);
            }
        };
    }
}
