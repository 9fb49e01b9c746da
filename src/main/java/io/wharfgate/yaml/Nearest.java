package io.wharfgate.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the known name that somebody most likely meant who wrote another one. */
public final class Nearest {

    /** Longer names are no slips of the finger, and would make the comparison slow. */
    private static final int LONGEST = 64;

    private Nearest() {}

    /** The nearest by edits, if a third of the letters at most are wrong. */
    public static Optional<String> to(String name, Collection<String> known) {
        return to(name, known, 0);
    }

    /** The same for names that have the first characters in common, which then do not count. */
    public static Optional<String> to(String name, Collection<String> known, int start) {
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
    public static String plain(String name) {
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
