package io.wharfgate.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/**
 * What an event says in words, and what it says in fields: its key-value pairs, and every {@code name={}}, {@code name="{}"} and
 * {@code name="text"} of its message. They are found in what the program wrote, never in the values that it was given; so no
 * client can add a field.
 *
 * @param fields in their order; absent values are empty
 */
record LogMessage(String text, Map<String, Optional<Object>> fields) {

    /** A field, or a place for a value in the middle of the words. */
    private static final Pattern PLACE =
            Pattern.compile("(?:(?<=^|[\\s(])([a-z][a-z0-9_]*)=(?:\\{}|\"\\{}\"|\"([^\"{}]*)\")(?=$|[\\s:;,.)]))|\\{}");

    static LogMessage of(ILoggingEvent event) {
        Map<String, Optional<Object>> fields = new LinkedHashMap<>();
        String text = words(event, fields);
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                fields.put(pair.key, Optional.ofNullable(pair.value));
            }
        }
        return new LogMessage(text, fields);
    }

    private static String words(ILoggingEvent event, Map<String, Optional<Object>> fields) {
        String pattern = String.valueOf(event.getMessage());
        if (pattern.indexOf('=') < 0 && pattern.indexOf('{') < 0) {
            return pattern.strip();
        }
        List<Optional<Object>> values = values(event.getArgumentArray());
        StringBuilder words = new StringBuilder();
        Matcher place = PLACE.matcher(pattern);
        int done = 0;
        int next = 0;
        while (place.find()) {
            words.append(pattern, done, place.start());
            done = place.end();
            if (place.group(2) != null) {
                fields.put(place.group(1), Optional.of(place.group(2)));
                trim(words);
            } else if (next == values.size()) {
                words.append(place.group());
            } else if (place.group(1) != null) {
                fields.put(place.group(1), values.get(next++));
                trim(words);
            } else {
                words.append(values.get(next++).map(String::valueOf).orElse("null"));
            }
        }
        return words.append(pattern, done, pattern.length()).toString().strip();
    }

    private static List<Optional<Object>> values(Object[] arguments) {
        List<Optional<Object>> values = new ArrayList<>();
        if (arguments != null) {
            for (Object argument : arguments) {
                values.add(Optional.ofNullable(argument));
            }
        }
        return values;
    }

    /** The blank before a field goes with it. */
    private static void trim(StringBuilder words) {
        while (words.length() > 0 && words.charAt(words.length() - 1) == ' ') {
            words.setLength(words.length() - 1);
        }
    }
}
