package io.wharfgate.cli;

import io.wharfgate.control.TaskOutput;
import java.io.PrintWriter;

/** Prints what a task says: results on standard output, doubts on standard error, and there a bar, if a person looks at it. */
final class TaskPrinter implements TaskOutput, AutoCloseable {

    private static final int BAR = 30;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final String CLEAR = "\r\u001b[K";

    private final Surroundings surroundings;
    private final boolean bar;
    private boolean drawn;
    private long drawnAt;

    /** @param bar whether standard error is a terminal */
    TaskPrinter(Surroundings surroundings, boolean bar) {
        this.surroundings = surroundings;
        this.bar = bar;
    }

    @Override
    public void line(String text) {
        clear();
        surroundings.out().println(text);
    }

    @Override
    public void warning(String text) {
        clear();
        surroundings.err().println(text);
    }

    @Override
    public void progress(String what, long done, long of) {
        if (!bar || (drawn && System.nanoTime() - drawnAt < REDRAW_NANOS)) {
            return;
        }
        drawn = true;
        drawnAt = System.nanoTime();
        PrintWriter err = surroundings.err();
        err.print(CLEAR + what + " " + (of > 0 ? drawing(done, of) : String.valueOf(done)));
        err.flush();
    }

    /** Whoever breaks the command off ends the whole process, and that is how the task comes to know. */
    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void close() {
        clear();
    }

    private void clear() {
        if (drawn) {
            surroundings.err().print(CLEAR);
            surroundings.err().flush();
            drawn = false;
        }
    }

    private static String drawing(long done, long of) {
        int full = (int) (BAR * Math.min(done, of) / of);
        return "[" + "#".repeat(full) + " ".repeat(BAR - full) + "] " + 100 * Math.min(done, of) / of + "% of " + of;
    }
}
