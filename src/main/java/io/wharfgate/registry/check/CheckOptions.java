package io.wharfgate.registry.check;

import io.wharfgate.oci.InvalidPatternException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RepositoryPattern;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of a check.
 *
 * @param repair whether to mend what can be
 * @param fast whether to leave the content of layers unread
 * @param json whether programs read the report
 * @param restart whether to begin anew, though an earlier check was broken off
 * @param repositories only these, and the blobs that they have
 * @param rate bytes in a second, at most; 0: as fast as the storage
 */
record CheckOptions(
        boolean repair,
        boolean fast,
        boolean json,
        boolean restart,
        Optional<RepositoryPattern> repositories,
        long rate) {

    private static final Set<String> NAMES = Set.of("repair", "fast", "json", "restart", "repository", "rate");
    private static final long DEFAULT_RATE = 100;

    /** @throws IllegalArgumentException when that cannot be asked for; the message is for the operator */
    static CheckOptions of(Map<String, String> arguments) {
        for (String name : arguments.keySet()) {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("the check has no option " + name
                        + ": command and service are of different versions; restart the service");
            }
        }
        return new CheckOptions(
                is("repair", arguments),
                is("fast", arguments),
                is("json", arguments),
                is("restart", arguments),
                Optional.ofNullable(arguments.get("repository")).map(CheckOptions::pattern),
                rate(arguments.getOrDefault("rate", String.valueOf(DEFAULT_RATE))));
    }

    boolean wants(RepositoryName name) {
        return repositories.isEmpty() || repositories.get().matches(name);
    }

    /** What makes two checks the same, so that one can go on with the other. */
    String identity() {
        return (repair ? "repair " : "")
                + (fast ? "fast " : "")
                + repositories.map(RepositoryPattern::text).orElse("**");
    }

    private static boolean is(String name, Map<String, String> arguments) {
        return "true".equals(arguments.get(name));
    }

    private static long rate(String mebibytes) {
        try {
            long rate = Long.parseLong(mebibytes);
            if (rate >= 0 && rate <= 1 << 20) {
                return rate << 20;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("--rate is a whole number of MiB in a second, 0 for as fast as the disk");
    }

    private static RepositoryPattern pattern(String text) {
        try {
            RepositoryPattern pattern = RepositoryPattern.parse(text);
            if (!pattern.namesUser()) {
                return pattern;
            }
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException("--repository: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("--repository: ${user} means nobody here");
    }
}
