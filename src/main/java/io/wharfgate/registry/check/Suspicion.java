package io.wharfgate.registry.check;

import java.io.IOException;

/** What a look has found, and how it would be mended. */
record Suspicion(Finding finding, Mend mend) {

    /** Puts right what was just seen. */
    @FunctionalInterface
    interface Mend {

        /** Tells whether anything could be done. */
        boolean mend() throws IOException;
    }

    /** Nothing can be done, or not by us. */
    static Suspicion only(Finding finding) {
        return new Suspicion(finding, () -> false);
    }
}
