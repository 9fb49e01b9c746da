package io.wharfgate.doctor;

import io.wharfgate.secret.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Makes text that came from a server fit to be shown: a server may send back what it was sent, the password among it, and
 * characters that a terminal obeys. Thread-safe.
 */
final class Redaction {

    private static final int LONGEST = 400;
    private static final String MASK = "********";
    /** A word that short would mask half of every text, and is no secret worth the name. */
    private static final int SHORTEST_SECRET = 4;

    private final Set<Secret> secrets = new CopyOnWriteArraySet<>();

    void hide(Secret secret) {
        if (secret.reveal().length() >= SHORTEST_SECRET) {
            secrets.add(secret);
        }
    }

    String of(String text) {
        String shown = text;
        List<String> longestFirst = secrets.stream()
                .map(Secret::reveal)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (String secret : longestFirst) {
            shown = shown.replace(secret, MASK);
        }
        shown = shown.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\u2028\\u2029]+", " ")
                .strip();
        return shown.length() > LONGEST ? shown.substring(0, LONGEST) + "…" : shown;
    }

    Outcome of(Outcome outcome) {
        return new Outcome(
                outcome.status(),
                of(outcome.seen()),
                outcome.expected().map(this::of),
                outcome.advice(),
                outcome.last());
    }
}
