package io.wharfgate.config;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds what somebody meant who wrote a name that there is not. */
final class Suggestion {

    /** Longer names are no slips of the finger, and would make the comparison slow. */
    private static final int LONGEST = 64;

    /** What other servers call it, where the spelling would not lead there. */
    private static final Map<String, String> OTHER_NAMES = Map.ofEntries(
            entry("http", "server"),
            entry("https", "tls"),
            entry("ssl", "tls"),
            entry("proxy", "upstream"),
            entry("gateway", "upstream"),
            entry("backend", "upstream"),
            entry("metrics", "ops"),
            entry("server.port", "server.listen"),
            entry("server.address", "server.listen"),
            entry("storage.root", "storage.filesystem.root"),
            entry("storage.filesystem.rootdirectory", "storage.filesystem.root"),
            entry("storage.filesystem.path", "storage.filesystem.root"),
            entry("upstream.remoteurl", "upstream.url"),
            entry("upstream.address", "upstream.addresses"),
            entry("upstream.servers", "upstream.addresses"),
            entry("upstream.user", "upstream.username"),
            entry("upstream.certificate", "upstream.client-certificate"),
            entry("upstream.key", "upstream.client-key"),
            entry("upstream.timeout", "upstream.read-timeout"),
            entry("upstream.headers", "upstream.request-headers"));

    private Suggestion() {}

    /** The known key or section that an unknown path is nearest to. */
    static Optional<String> forPath(String path) {
        if (OTHER_NAMES.containsKey(path)) {
            return Optional.of(OTHER_NAMES.get(path));
        }
        var known = new ArrayList<String>(Key.sections());
        Arrays.stream(Key.values()).map(Key::path).forEach(known::add);
        int dot = path.lastIndexOf('.');
        String section = path.substring(0, dot + 1);
        List<String> siblings = known.stream()
                .filter(k -> k.startsWith(section) && k.indexOf('.', section.length()) < 0)
                .toList();
        return nearest(path, siblings, section.length())
                .or(() -> beginning(path, siblings, section.length()))
                .or(() -> sameLeaf(path.substring(dot + 1), known))
                .or(() -> nearest(path, known, 0));
    }

    /** The known variable that an unknown one is nearest to. */
    static Optional<String> forVariable(String name) {
        List<String> known = Arrays.stream(Key.values()).map(Key::variable).toList();
        String leaf = name.substring("WHARFGATE_".length());
        return OTHER_NAMES.entrySet().stream()
                .filter(other -> Key.variable(other.getKey()).equals(name))
                .flatMap(other -> Key.atPath(other.getValue()).stream())
                .map(Key::variable)
                .findFirst()
                .or(() -> nearest(name, known, "WHARFGATE_".length()))
                .or(() -> known.stream().filter(k -> k.endsWith("_" + leaf)).findFirst());
    }

    /** The only one that starts like this: {@code cert} for {@code certificate}. */
    private static Optional<String> beginning(String name, List<String> known, int start) {
        String wanted = plain(name.substring(start));
        List<String> longer = known.stream()
                .filter(k -> wanted.length() > 2 && plain(k.substring(start)).startsWith(wanted))
                .toList();
        return longer.size() == 1 ? Optional.of(longer.get(0)) : Optional.empty();
    }

    private static Optional<String> sameLeaf(String leaf, List<String> known) {
        return known.stream()
                .filter(k -> plain(k.substring(k.lastIndexOf('.') + 1)).equals(plain(leaf)))
                .findFirst();
    }

    /** The nearest by edits in what follows the common start, if a third of the letters at most are wrong. */
    private static Optional<String> nearest(String name, List<String> known, int start) {
        String wanted = plain(name.substring(start));
        int limit = Math.max(1, wanted.length() / 3);
        if (wanted.length() < 2 || wanted.length() > LONGEST) {
            return Optional.empty();
        }
        return known.stream()
                .map(k -> Map.entry(k, distance(wanted, plain(k.substring(start)))))
                .filter(e -> e.getValue() <= limit)
                .min(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    /** {@code externalUrl}, {@code external_url} and {@code External-URL} all mean {@code external-url}. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /** Edits between two words: a letter more, less or another one, or two neighbours swapped. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
