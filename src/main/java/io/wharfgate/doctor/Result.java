package io.wharfgate.doctor;

/**
 * A check and what came of it.
 *
 * @param id for programs: it stays the same
 */
public record Result(Group group, String id, Outcome outcome) {

    /** What belongs together in a report. */
    public enum Group {
        CONNECTION("Connection"),
        TLS("TLS"),
        LOGIN("Login"),
        UPLOADS("Uploads"),
        MANIFESTS("Manifests"),
        DOWNLOADS("Downloads"),
        HTTP("HTTP on the way"),
        SLOW("Slow transfers"),
        CLEANUP("Cleaning up");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }
}
