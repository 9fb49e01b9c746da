package io.wharfgate.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of a WWW-Authenticate field (RFC 9110, 11.6.1). Immutable.
 *
 * @param scheme in small letters
 * @param parameters by name in small letters; of one that is given twice, the first
 */
record UpstreamChallenge(String scheme, Map<String, String> parameters) {

    UpstreamChallenge {
        parameters = Map.copyOf(parameters);
    }

    boolean isBasic() {
        return scheme.equals("basic");
    }

    boolean isBearer() {
        return scheme.equals("bearer");
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Reads all challenges of an answer; of what is none it reads what it can, and never fails. */
    static List<UpstreamChallenge> parse(List<String> fields) {
        List<UpstreamChallenge> challenges = new ArrayList<>();
        fields.forEach(field -> new Reader(field).readAll(challenges));
        return challenges;
    }

    /** Walks through one field. Each round takes at least one character, so it ends. */
    private static final class Reader {

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void readAll(List<UpstreamChallenge> challenges) {
            Optional<String> scheme = Optional.empty();
            Map<String, String> parameters = new LinkedHashMap<>();
            while (skip(" \t,") < text.length()) {
                String word = word();
                if (word.isEmpty()) {
                    at++;
                    continue;
                }
                int end = at;
                if (skip(" \t") < text.length() && text.charAt(at) == '=' && scheme.isPresent()) {
                    at++;
                    parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
                } else {
                    at = end;
                    scheme.ifPresent(name -> challenges.add(new UpstreamChallenge(name, parameters)));
                    scheme = Optional.of(word.toLowerCase(Locale.ROOT));
                    parameters.clear();
                    skipToken68();
                }
            }
            scheme.ifPresent(name -> challenges.add(new UpstreamChallenge(name, parameters)));
        }

        private int skip(String characters) {
            while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at;
        }

        private String word() {
            int start = at;
            while (at < text.length() && FieldSyntax.isTokenChar(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        /** {@code Negotiate YII=}: data that may look like a parameter's name, but has nothing after its equals signs. */
        private void skipToken68() {
            int start = at;
            skip(" \t");
            int data = at;
            while (at < text.length() && (FieldSyntax.isTokenChar(text.charAt(at)) || text.charAt(at) == '/')) {
                at++;
            }
            skip("=");
            int end = at;
            skip(" \t");
            boolean alone = at == text.length() || text.charAt(at) == ',';
            at = alone && end > data && data > start ? end : start;
        }

        private String value() {
            skip(" \t");
            if (at >= text.length() || text.charAt(at) != '"') {
                int start = at;
                // Sloppy servers leave out the quotes around a URL.
                while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                return text.substring(start, at);
            }
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }
    }
}
