package io.wharfgate.gateway;

/** For a service that keeps no audit log. */
final class NoAuditTrail implements AuditTrail {

    @Override
    public boolean wanted() {
        return false;
    }

    @Override
    public void record(AuditEvent event) {}
}
