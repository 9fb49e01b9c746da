package io.wharfgate.client.remote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One challenge of a WWW-Authenticate field (RFC 9110, 11.6.1), of the two schemes that registries use. Immutable.
 *
 * @param parameters by name in small letters; of one that is given twice, the first
 */
record AuthChallenge(boolean bearer, Map<String, String> parameters) {

    /** A scheme, or a parameter whose value is quoted or not. Possessive: a hostile field cannot make it backtrack. */
    private static final Pattern PART = Pattern.compile(
            "([A-Za-z0-9!#$%&'*+.^_`|~-]++)(?:[ \\t]*+=[ \\t]*+(?:\"((?:[^\"\\\\]|\\\\.)*+)\"?|([^\\s,]*+)))?");

    AuthChallenge {
        parameters = Map.copyOf(parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Those of an answer that can be answered; never fails. */
    static List<AuthChallenge> parse(List<String> fields) {
        List<AuthChallenge> challenges = new ArrayList<>();
        for (String field : fields) {
            Optional<String> scheme = Optional.empty();
            Map<String, String> parameters = new HashMap<>();
            Matcher part = PART.matcher(field);
            while (part.find()) {
                boolean parameter = part.group(2) != null || part.group(3) != null;
                if (parameter) {
                    String quoted = part.group(2);
                    String value = quoted == null ? part.group(3) : quoted.replaceAll("\\\\(.)", "$1");
                    parameters.putIfAbsent(part.group(1).toLowerCase(Locale.ROOT), value);
                } else {
                    add(challenges, scheme, parameters);
                    scheme = Optional.of(part.group(1).toLowerCase(Locale.ROOT));
                    parameters = new HashMap<>();
                }
            }
            add(challenges, scheme, parameters);
        }
        return challenges;
    }

    private static void add(List<AuthChallenge> challenges, Optional<String> scheme, Map<String, String> parameters) {
        scheme.filter(name -> name.equals("basic") || name.equals("bearer"))
                .ifPresent(name -> challenges.add(new AuthChallenge(name.equals("bearer"), parameters)));
    }
}
