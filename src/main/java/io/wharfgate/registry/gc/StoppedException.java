package io.wharfgate.registry.gc;

import java.io.IOException;

/** The collection has been told to stop. What it has done stays done, and the next one goes on from there. */
final class StoppedException extends IOException {

    private static final long serialVersionUID = 1L;

    StoppedException() {
        super("stopped before it was done; what was collected until then stays collected");
    }
}
