package io.wharfgate.doctor;

import io.wharfgate.doctor.Outcome.Status;
import java.util.List;
import java.util.Optional;

/**
 * All that was found out.
 *
 * @param server the field {@code Server} of the answers, if there is one
 * @param wharfgate whether the registry says that it is a Wharfgate
 * @param left what the checks pushed and could not delete again
 */
public record Report(
        Target target, Optional<String> server, boolean wharfgate, List<Result> results, List<String> left) {

    public Report {
        results = List.copyOf(results);
        left = List.copyOf(left);
    }

    public long count(Status status) {
        return results.stream()
                .filter(result -> result.outcome().status() == status)
                .count();
    }

    /** Whether nothing failed; warnings are allowed. */
    public boolean healthy() {
        return count(Status.FAILED) == 0;
    }
}
