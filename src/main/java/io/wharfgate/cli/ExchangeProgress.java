package io.wharfgate.cli;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Tells on standard error how far a copy is: a line that is drawn anew, if a person looks at it. Thread-safe. */
final class ExchangeProgress implements Progress {

    private static final long REDRAW_NANOS = 100_000_000;
    private static final String CLEAR = "\r\u001b[K";
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final PrintWriter err;
    private final boolean line;
    private final boolean quiet;
    private final long begun = System.nanoTime();
    private long drawnAt;
    private boolean drawn;
    private int expected;
    private int ended;
    private long expectedBytes;
    private long movedBytes;
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private long outcomeBytes;

    /** @param line whether a line may be drawn over and over */
    ExchangeProgress(PrintWriter err, boolean line, boolean quiet) {
        this.err = err;
        this.line = line && !quiet;
        this.quiet = quiet;
    }

    @Override
    public synchronized void expect(int blobs, long bytes) {
        expected += blobs;
        expectedBytes += bytes;
        draw();
    }

    @Override
    public synchronized void moved(long bytes) {
        movedBytes += bytes;
        draw();
    }

    @Override
    public synchronized void done(Descriptor blob, Outcome outcome) {
        ended++;
        outcomes.merge(outcome, 1, Integer::sum);
        if (outcome == Outcome.MOVED) {
            outcomeBytes += blob.size();
        } else {
            // So that the part that is done is one of what really has to go.
            expectedBytes -= blob.size();
        }
        draw();
    }

    @Override
    public synchronized void retrying(String why, Duration pause) {
        tell(why + "; trying again in " + Math.max(1, pause.toSeconds()) + " s");
    }

    /** A line that stays. */
    synchronized void say(String text) {
        if (!quiet) {
            tell(text);
        }
    }

    private void tell(String text) {
        clear();
        err.println(text);
    }

    synchronized void clear() {
        if (drawn) {
            err.print(CLEAR);
            err.flush();
            drawn = false;
        }
    }

    private void draw() {
        if (!line || (drawn && System.nanoTime() - drawnAt < REDRAW_NANOS)) {
            return;
        }
        drawn = true;
        drawnAt = System.nanoTime();
        long percent = expectedBytes <= 0 ? 100 : Math.min(100, 100 * movedBytes / expectedBytes);
        err.print(CLEAR + ended + "/" + expected + " blobs, " + percent + "% of " + size(Math.max(0, expectedBytes))
                + ", " + size(rate()) + "/s");
        err.flush();
    }

    private long rate() {
        return (long) (movedBytes / Math.max(0.001, (System.nanoTime() - begun) / 1e9));
    }

    /** What has become of all blobs, for the last line. */
    synchronized String summary() {
        return count(Outcome.MOVED) + " blobs moved (" + size(outcomeBytes) + "), " + count(Outcome.MOUNTED)
                + " mounted, " + count(Outcome.PRESENT) + " there already; "
                + String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - begun) / 1e9);
    }

    private int count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }

    static String size(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
