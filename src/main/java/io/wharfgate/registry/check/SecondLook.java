package io.wharfgate.registry.check;

import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Looks again at what seemed wrong, a while later, and alone with its repository: what a push or a deletion was in the
 * middle of is another by then. What is still so is told of, and mended if that is wanted. For one thread.
 */
final class SecondLook {

    private final Inspector inspector;
    private final Report report;
    private final boolean repair;
    private final long pauseNanos;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** @param position what had been looked at before it, for who goes on another time */
    private record Waiting(Looks.Suspect suspect, String position, long since) {}

    SecondLook(Inspector inspector, Report report, boolean repair, long pauseNanos) {
        this.inspector = inspector;
        this.report = report;
        this.repair = repair;
        this.pauseNanos = pauseNanos;
    }

    void add(Looks.Suspect suspect, String position) {
        waiting.add(new Waiting(suspect, position, System.nanoTime()));
    }

    /** From where the rest can be told of again; empty when nothing waits. */
    Optional<String> position() {
        return waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(waiting.element().position());
    }

    /** Looks at what has waited long enough. */
    void settleDue() throws IOException {
        while (!waiting.isEmpty() && System.nanoTime() - waiting.element().since() >= pauseNanos) {
            settle(waiting.remove().suspect());
        }
    }

    /** Waits for all that waits. */
    void settleAll() throws IOException, InterruptedException {
        while (!waiting.isEmpty()) {
            long wait = waiting.element().since() + pauseNanos - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(wait);
            settleDue();
        }
    }

    private void settle(Looks.Suspect suspect) throws IOException {
        Optional<RepositoryName> repository = suspect.subject().repository();
        if (repository.isPresent()) {
            inspector.mending().alone(repository.get(), () -> lookAgain(suspect));
        } else {
            lookAgain(suspect);
        }
    }

    private void lookAgain(Looks.Suspect suspect) throws IOException {
        for (Suspicion now : new Looks(inspector).look(suspect.subject())) {
            if (suspect.suspicions().stream().anyMatch(before -> same(before.finding(), now.finding()))) {
                confirm(suspect.subject(), now);
            }
        }
    }

    private void confirm(Subject subject, Suspicion suspicion) throws IOException {
        Finding finding = suspicion.finding();
        Report.Outcome outcome = repair ? mend(suspicion) : Report.Outcome.NOT_ASKED;
        report.found(finding, outcome);
        if (outcome == Report.Outcome.MENDED) {
            return;
        }
        // What refers to it is told of later.
        if (subject instanceof BlobContent content) {
            inspector.damaged(content.blob());
        } else if (finding.kind() == Kind.BLOB_CORRUPT) {
            finding.digest().ifPresent(inspector::damaged);
        }
    }

    private Report.Outcome mend(Suspicion suspicion) throws IOException {
        try {
            return suspicion.mend().mend() ? Report.Outcome.MENDED : Report.Outcome.LEFT;
        } catch (Pace.StoppedException e) {
            throw e;
        } catch (IOException e) {
            report.failed(suspicion.finding(), Looks.reason(e));
            return Report.Outcome.FAILED;
        }
    }

    private static boolean same(Finding before, Finding now) {
        return before.kind() == now.kind()
                && before.place().equals(now.place())
                && before.digest().equals(now.digest());
    }
}
