package io.wharfgate.files;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often a file that is followed was taken into force, or refused, since the service read it for the first time. Told by
 * whoever follows it. Thread-safe.
 */
public final class Adoptions {

    private final Clock clock;
    private final AtomicLong adopted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean inForce = true;
    private volatile Instant lastAdopted;

    /** To be made when the file has been read for the first time. */
    public Adoptions(Clock clock) {
        this.clock = clock;
        this.lastAdopted = clock.instant();
    }

    /** What is in the file now is in force now. */
    public void adopt() {
        adopted.incrementAndGet();
        lastAdopted = clock.instant();
        inForce = true;
    }

    /** The file says what is in force; it may have said something else for a while. */
    public void same() {
        inForce = true;
    }

    /** What is in the file now cannot be used. To be told once for one state of the file. */
    public void refuse() {
        refused.incrementAndGet();
        inForce = false;
    }

    public long adopted() {
        return adopted.get();
    }

    public long refused() {
        return refused.get();
    }

    /** False while something older is in force than what the file says. */
    public boolean inForce() {
        return inForce;
    }

    public Instant lastAdopted() {
        return lastAdopted;
    }
}
