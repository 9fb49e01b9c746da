package io.wharfgate.upstream;

/**
 * How many bytes the upstream may send ahead of the client: what the client has taken is owed to the upstream, and allowed
 * anew. Grows once, for a client that takes what comes at once, and shrinks again, for good, when the client turns out to
 * be slow. Thread-safe.
 */
final class Window {

    private enum State {
        USUAL,
        LARGE,
        /** What the client takes is not allowed anew, until the window is as it was. */
        SHRINKING,
        SHRUNK
    }

    private final WindowBudget budget;
    private State state = State.USUAL;
    private int owed;
    private int toShrink;

    Window(WindowBudget budget) {
        this.budget = budget;
    }

    /** So many bytes have gone to the client, or nowhere. */
    synchronized void taken(int bytes) {
        owed += bytes;
    }

    /** What the upstream may send anew; to be told to it now. */
    synchronized int credit() {
        int credit = owed;
        owed = 0;
        if (state == State.SHRINKING) {
            int kept = Math.min(credit, toShrink);
            toShrink -= kept;
            credit -= kept;
            if (toShrink == 0) {
                close();
            }
        }
        return credit;
    }

    synchronized void grow() {
        if (state == State.USUAL && budget.take()) {
            state = State.LARGE;
            owed += WindowBudget.GROWTH;
        }
    }

    synchronized void shrink() {
        if (state == State.LARGE) {
            state = State.SHRINKING;
            toShrink = WindowBudget.GROWTH;
        } else if (state == State.USUAL) {
            state = State.SHRUNK;
        }
    }

    /** Gives back what it had of the budget, and takes no more. More than once is fine. */
    synchronized void close() {
        if (state == State.LARGE || state == State.SHRINKING) {
            budget.giveBack();
        }
        state = State.SHRUNK;
    }
}
