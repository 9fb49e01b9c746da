package io.wharfgate.registry.gc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What a collection has come to. For one thread. */
final class Tally {

    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};

    long looked;
    long repositories;
    /** Manifests and blobs taken from repositories. */
    long manifests;

    long layers;
    /** Content that is gone for good. */
    long blobs;

    long bytes;
    /** Content that is only there to be had back. */
    long waitingBlobs;

    long waitingBytes;
    long uploads;
    /** Repositories that were left as they are because something is wrong with them. */
    long kept;

    boolean contentKept;

    /** Takes in what another has come to. */
    void add(Tally other) {
        looked += other.looked;
        repositories += other.repositories;
        manifests += other.manifests;
        layers += other.layers;
        blobs += other.blobs;
        bytes += other.bytes;
        waitingBlobs += other.waitingBlobs;
        waitingBytes += other.waitingBytes;
        uploads += other.uploads;
        kept += other.kept;
        contentKept |= other.contentKept;
    }

    /** In a line for people. */
    String summary(boolean dryRun, Duration window, Duration time) {
        return (dryRun ? "would take " : "took ") + count(manifests, "manifest") + " and " + count(layers, "blob")
                + " from repositories, " + (dryRun ? "end " : "ended ") + count(uploads, "upload") + "; "
                + size(bytes) + (dryRun ? " would be free now (" : " freed (") + count(blobs, "blob") + ")"
                + (waitingBlobs == 0
                        ? ""
                        : ", " + size(waitingBytes) + " more when they cannot be had back any more, at the latest in "
                                + days(window))
                + "; looked at " + count(looked, "object") + " in " + count(repositories, "repository") + " in "
                + String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    static String size(long bytes) {
        double shown = bytes;
        int unit = 0;
        while (shown >= 1024 && unit < UNITS.length - 1) {
            shown /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", shown, UNITS[unit]);
    }

    static String count(long number, String what) {
        String many = what.endsWith("ry") ? what.substring(0, what.length() - 1) + "ies" : what + "s";
        return number + " " + (number == 1 ? what : many);
    }

    /** A moment as people need it. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String days(Duration window) {
        return window.toDays() > 0 ? count(window.toDays(), "day") : count(window.toMinutes(), "minute");
    }
}
