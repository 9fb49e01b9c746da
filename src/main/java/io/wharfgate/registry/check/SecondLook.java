package io.wharfgate.registry.check;

import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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

    /** @param failure why it could not be mended */
    private record Settled(Finding finding, Report.Outcome outcome, Optional<String> failure) {}

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

    /** Nothing is told while others wait for the repository: who reads the report may be in no hurry, or stopped. */
    private void settle(Looks.Suspect suspect) throws IOException {
        List<Settled> settled = new ArrayList<>();
        Optional<RepositoryName> repository = suspect.subject().repository();
        try {
            if (repository.isPresent()) {
                inspector.mending().alone(repository.get(), () -> lookAgain(suspect, settled));
            } else {
                lookAgain(suspect, settled);
            }
        } finally {
            settled.forEach(this::tell);
        }
    }

    private void lookAgain(Looks.Suspect suspect, List<Settled> settled) throws IOException {
        for (Suspicion now : new Looks(inspector).look(suspect.subject())) {
            if (suspect.suspicions().stream().anyMatch(before -> same(before.finding(), now.finding()))) {
                Settled what = settled(now);
                settled.add(what);
                if (what.outcome() != Report.Outcome.MENDED) {
                    remember(suspect.subject(), now.finding());
                }
            }
        }
    }

    private Settled settled(Suspicion suspicion) throws IOException {
        if (!repair) {
            return new Settled(suspicion.finding(), Report.Outcome.NOT_ASKED, Optional.empty());
        }
        try {
            Report.Outcome outcome = suspicion.mend().mend() ? Report.Outcome.MENDED : Report.Outcome.LEFT;
            return new Settled(suspicion.finding(), outcome, Optional.empty());
        } catch (Pace.StoppedException e) {
            throw e;
        } catch (IOException e) {
            return new Settled(suspicion.finding(), Report.Outcome.FAILED, Optional.of(Looks.reason(e)));
        }
    }

    /** What refers to it is told of later. */
    private void remember(Subject subject, Finding finding) {
        if (subject instanceof BlobContent content) {
            inspector.damaged(content.blob());
        } else if (finding.kind() == Kind.BLOB_CORRUPT) {
            finding.digest().ifPresent(inspector::damaged);
        }
    }

    private void tell(Settled settled) {
        settled.failure().ifPresent(reason -> report.failed(settled.finding(), reason));
        report.found(settled.finding(), settled.outcome());
    }

    private static boolean same(Finding before, Finding now) {
        return before.kind() == now.kind()
                && before.place().equals(now.place())
                && before.digest().equals(now.digest());
    }
}
