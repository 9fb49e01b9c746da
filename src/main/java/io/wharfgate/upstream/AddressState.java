package io.wharfgate.upstream;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one address. Failures of requests and of checks are counted apart: a server that asks by its health path
 * to be left alone goes on answering requests, and one that answers checks may fail requests. Guarded by
 * {@link Addresses}.
 */
final class AddressState {

    /** How long an address without checks is left alone at first. */
    static final Duration FIRST_REST = Duration.ofSeconds(2);

    /** The longest that an address without checks is left alone: the time doubles with each trial that fails. */
    static final Duration LONGEST_REST = Duration.ofMinutes(1);

    private final Address address;
    private final int limit;
    private final boolean checked;

    private boolean everAnswered;
    private int failedRequests;
    private int failedChecks;
    private String trouble = "";

    private Duration rest = FIRST_REST;
    private @Nullable Instant nextTrial;
    private boolean onTrial;

    AddressState(Address address, UpstreamConfig.Health health) {
        this.address = address;
        this.limit = Math.max(1, health.failures());
        this.checked = !health.interval().isZero();
    }

    Address address() {
        return address;
    }

    boolean inUse() {
        return failedRequests < limit && failedChecks < limit;
    }

    /** Why it failed last. */
    String trouble() {
        return trouble;
    }

    /** Whether a request may be sent there while there are others: it is in use, or due for a trial. */
    boolean takesRequest(Instant now) {
        return inUse() || trialDue(now);
    }

    private boolean trialDue(Instant now) {
        return nextTrial != null && !now.isBefore(nextTrial);
    }

    /** A request goes there now. If it is a trial, others stay away until it has ended, or another rest is over. */
    void chosen(Instant now) {
        if (trialDue(now)) {
            onTrial = true;
            nextTrial = now.plus(rest);
        }
    }

    void answered() {
        everAnswered = true;
        failedRequests = 0;
        endRest();
    }

    void failed(String reason, Instant now) {
        trouble = reason;
        failedRequests = Math.min(limit, failedRequests + 1);
        if (checked || inUse()) {
            return;
        }
        if (nextTrial == null) {
            nextTrial = now.plus(rest);
        } else if (onTrial) {
            rest = rest.multipliedBy(2).compareTo(LONGEST_REST) < 0 ? rest.multipliedBy(2) : LONGEST_REST;
            nextTrial = now.plus(rest);
            onTrial = false;
        }
    }

    void checkPassed() {
        everAnswered = true;
        failedRequests = 0;
        failedChecks = 0;
        endRest();
    }

    /** Of an address that never answered, one check is enough: nobody has seen it alive. */
    void checkFailed(String reason) {
        trouble = reason;
        failedChecks = everAnswered ? Math.min(limit, failedChecks + 1) : limit;
    }

    private void endRest() {
        rest = FIRST_REST;
        nextTrial = null;
        onTrial = false;
    }
}
