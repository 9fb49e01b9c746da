package io.wharfgate.registry.gc;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Lets clients go first: while others want all processors of the machine, this thread takes no more than a tenth of what there is.
 * With ten processors and more that is a whole one. For one thread.
 */
final class Courtesy {

    private static final double SHARE = 0.1;

    /** What others leave of one processor is as good as all of it, down to this. */
    private static final double LEFT = 0.9;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Nobody who wants this thread to stop waits for longer. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Machine machine;
    private final double share;
    private long looked;
    private long ownThen;
    private long begun;
    private boolean busy;

    Courtesy(Machine machine) {
        this.machine = machine;
        this.share = Math.min(1, SHARE * machine.processors());
        this.looked = machine.nanoTime();
        this.begun = looked;
        this.ownThen = machine.ownNanos();
    }

    /** What there is to know of the machine. */
    interface Machine {

        int processors();

        /** How much of all processors has been in use lately: 0 to 1, or something else where that cannot be told. */
        double load();

        /** For how long this thread has computed. */
        long ownNanos();

        long nanoTime();
    }

    static Machine thisMachine() {
        return new ThisMachine();
    }

    /** How long to rest now, in nanoseconds. */
    long rest() {
        long now = machine.nanoTime();
        if (now - looked >= LOOK_NANOS) {
            look(now);
        }
        long worked = now - begun;
        if (!busy) {
            begun = now;
            return 0;
        }
        if (worked < SLICE_NANOS) {
            return 0;
        }
        long rest = Math.min(LONGEST_NANOS, (long) (worked * (1 / share - 1)));
        begun = now + rest;
        return rest;
    }

    private void look(long now) {
        long own = machine.ownNanos();
        double ours = (double) (own - ownThen) / (now - looked);
        double others = machine.load() * machine.processors() - ours;
        busy = share < 1 && others > machine.processors() - LEFT;
        looked = now;
        ownThen = own;
    }

    private static final class ThisMachine implements Machine {

        private final int processors = Runtime.getRuntime().availableProcessors();

        @Override
        public int processors() {
            return processors;
        }

        @Override
        public double load() {
            return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                    ? system.getCpuLoad()
                    : 0;
        }

        @Override
        public long ownNanos() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }
}
