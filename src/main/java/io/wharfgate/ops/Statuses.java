package io.wharfgate.ops;

import io.wharfgate.metrics.Counter;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Counters by status. An upstream may answer with any of nine hundred: those that mean something here are counted each for
 * itself, and the others by their class ({@code 4xx}). Thread-safe.
 */
final class Statuses {

    /** nginx's status for a client that left, or was cut, before its answer began; the access log's too. */
    static final int CLIENT_LEFT = 499;

    private static final int[] KNOWN = {
        200,
        201,
        202,
        204,
        206,
        301,
        302,
        303,
        304,
        307,
        308,
        400,
        401,
        403,
        404,
        405,
        406,
        408,
        409,
        411,
        412,
        413,
        414,
        415,
        416,
        417,
        422,
        429,
        431,
        CLIENT_LEFT,
        500,
        501,
        502,
        503,
        504,
        507
    };

    private static final int CLASSES = 10;

    private final Function<String, Counter> maker;

    /** The known ones in their order, then the classes of all others. */
    private final AtomicReferenceArray<Counter> counters = new AtomicReferenceArray<>(KNOWN.length + CLASSES);

    /** @param maker makes the counter of a status, or finds the one that was made before */
    Statuses(Function<String, Counter> maker) {
        this.maker = maker;
    }

    void count(int status) {
        int known = Arrays.binarySearch(KNOWN, status);
        int place = known >= 0 ? known : KNOWN.length + Math.max(0, Math.min(CLASSES - 1, status / 100));
        Counter counter = counters.get(place);
        if (counter == null) {
            counter = maker.apply(known >= 0 ? Integer.toString(status) : (place - KNOWN.length) + "xx");
            counters.set(place, counter);
        }
        counter.increment();
    }
}
