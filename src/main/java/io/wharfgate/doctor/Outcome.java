package io.wharfgate.doctor;

import java.util.Optional;

/**
 * What came of one check.
 *
 * @param seen what was seen, or why nothing was looked at; without control characters and secrets once it is reported
 * @param expected what a client needs; empty where that is what was seen
 * @param advice what to change
 * @param last whether the checks after it would mean nothing
 */
public record Outcome(Status status, String seen, Optional<String> expected, Optional<Advice> advice, boolean last) {

    /** How it went. */
    public enum Status {
        OK("ok"),
        WARNING("warning"),
        FAILED("FAILED"),
        SKIPPED("skipped");

        private final String label;

        Status(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    static Outcome ok(String seen) {
        return new Outcome(Status.OK, seen, Optional.empty(), Optional.empty(), false);
    }

    static Outcome skipped(String why) {
        return new Outcome(Status.SKIPPED, why, Optional.empty(), Optional.empty(), false);
    }

    static Outcome warning(String expected, String seen, Advice advice) {
        return new Outcome(Status.WARNING, seen, Optional.of(expected), Optional.of(advice), false);
    }

    static Outcome failed(String expected, String seen, Advice advice) {
        return new Outcome(Status.FAILED, seen, Optional.of(expected), Optional.of(advice), false);
    }

    /** Nothing after it makes sense. */
    Outcome andStop() {
        return new Outcome(status, seen, expected, advice, true);
    }
}
