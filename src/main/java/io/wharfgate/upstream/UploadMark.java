package io.wharfgate.upstream;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps the requests of an upload session with the address where it began: a mark in the query of the Location that the
 * client is given, and comes back with. Clients decode that query, sort it, encode it again and add {@code digest}, so
 * the mark is one parameter of its own, found wherever it stands; all others stay as they are, byte for byte.
 *
 * <p>A gateway behind this one may mark the same Location. Its mark is then kept inside of ours, behind a dot, and not
 * as a second parameter of the same name: not every client keeps those, or their order.
 *
 * <p>Does nothing for an upstream of one address. Immutable.
 */
final class UploadMark {

    private static final String NAME = "_wharfgate";
    private static final char INNER = '.';
    private static final Pattern OUTSIDE_OF_MARKS = Pattern.compile("[^0-9a-f.]");

    private final Addresses addresses;

    UploadMark(Addresses addresses) {
        this.addresses = addresses;
    }

    /**
     * What a request's query says.
     *
     * @param address where its upload began; empty for a request without a mark, or with one of no address (any more)
     * @param query as the upstream is to get it, without the {@code ?}
     */
    record Found(Optional<Address> address, String query) {}

    /**
     * The Location of an upload session, marked.
     *
     * @param location a path of this gateway's, perhaps with a query; anything else is left alone
     * @param address which answered with it
     */
    String onto(String location, Address address) {
        if (!addresses.several() || !location.startsWith("/")) {
            return location;
        }
        int end = location.indexOf('#') < 0 ? location.length() : location.indexOf('#');
        int question = location.substring(0, end).indexOf('?');
        int path = question < 0 ? end : question;
        List<String> parameters = question < 0 ? new ArrayList<>() : split(location.substring(question + 1, end));
        List<Integer> marks = marks(parameters);
        if (marks.isEmpty()) {
            parameters.add(NAME + "=" + address.mark());
        } else {
            int at = marks.get(0);
            parameters.set(at, NAME + "=" + address.mark() + INNER + value(parameters.get(at)));
        }
        return location.substring(0, path) + "?" + String.join("&", parameters) + location.substring(end);
    }

    /** @param rawQuery of a request for an upload session, without the {@code ?} */
    Found in(String rawQuery) {
        if (!addresses.several()) {
            return new Found(Optional.empty(), rawQuery);
        }
        List<String> parameters = split(rawQuery);
        List<Integer> marks = marks(parameters);
        if (marks.isEmpty()) {
            return new Found(Optional.empty(), rawQuery);
        }
        // More than one is no doing of ours: the first counts, and the upstream sees none.
        for (int i = marks.size() - 1; i > 0; i--) {
            parameters.remove((int) marks.get(i));
        }
        int at = marks.get(0);
        String value = value(parameters.get(at));
        int dot = value.indexOf(INNER);
        if (dot < 0) {
            parameters.remove(at);
        } else {
            parameters.set(at, NAME + "=" + value.substring(dot + 1));
        }
        return new Found(addresses.marked(dot < 0 ? value : value.substring(0, dot)), String.join("&", parameters));
    }

    private static List<String> split(String query) {
        return query.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(query.split("&", -1)));
    }

    /** Where the parameters of our name stand. */
    private static List<Integer> marks(List<String> parameters) {
        List<Integer> marks = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i);
            int equals = parameter.indexOf('=');
            if (decoded(equals < 0 ? parameter : parameter.substring(0, equals)).equals(NAME)) {
                marks.add(i);
            }
        }
        return marks;
    }

    /** Kept to what a URL carries unescaped: what comes in goes out again. */
    private static String value(String parameter) {
        String value = decoded(parameter.substring(parameter.indexOf('=') + 1));
        return OUTSIDE_OF_MARKS.matcher(value).replaceAll("");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a broken escape is the upstream's to judge
        }
    }
}
