package io.wharfgate.gateway;

/**
 * Where it is kept who did what. Safe for use by any thread, and never waits: it is called on I/O threads, when a request
 * is over.
 */
public interface AuditTrail {

    /** Whether events are wanted at all; the same for the life of the service. None are made where they are not. */
    boolean wanted();

    void record(AuditEvent event);

    /** Keeps nothing. */
    static AuditTrail none() {
        return new NoAuditTrail();
    }
}
