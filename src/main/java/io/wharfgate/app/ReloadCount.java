package io.wharfgate.app;

import java.time.Instant;

/** How reloads went since the start, for those who watch the service. Thread-safe. */
final class ReloadCount {

    private volatile State state = new State(0, 0, true, Instant.now());

    /**
     * One moment's.
     *
     * @param good whether the last one succeeded; true when there was none
     * @param lastGood when configuration and files were last taken over whole: the start, or a reload
     */
    record State(long succeeded, long failed, boolean good, Instant lastGood) {}

    State state() {
        return state;
    }

    synchronized void succeeded() {
        state = new State(state.succeeded() + 1, state.failed(), true, Instant.now());
    }

    synchronized void failed() {
        state = new State(state.succeeded(), state.failed() + 1, false, state.lastGood());
    }
}
