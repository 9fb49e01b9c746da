package io.wharfgate.doctor;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Examines a server: sends what docker, podman and containerd send, looks closely at what comes back, and says what to change. It
 * holds nothing for granted that comes from the server, and waits for nothing longer than it was told to.
 *
 * <p>For one examination at a time.
 */
public final class Doctor {

    private final Clock clock;

    public Doctor(Clock clock) {
        this.clock = clock;
    }

    /**
     * Makes every check. What was pushed is deleted at the end, however the checks went.
     *
     * @param each hears of each result as it comes
     * @throws IOException when the file of the CA cannot be used; the message names it
     */
    public Report examine(Options options, Consumer<Result> each) throws IOException {
        try (Dialer dialer = dialer(options)) {
            var redaction = new Redaction();
            var session = new Session(options, dialer, redaction);
            var cleanup = new CleanupChecks(session);
            var course = new Course(redaction, each);
            course.run(checks(session));
            course.runRegardless(cleanup.steps());
            return new Report(
                    options.target(),
                    session.server().map(redaction::of),
                    session.wharfgate(),
                    course.results(),
                    cleanup.left().stream().map(redaction::of).toList());
        }
    }

    private static Dialer dialer(Options options) throws IOException {
        try {
            return new Dialer(options.pace().timeout(), Trust.of(options.authority()), options.insecure());
        } catch (GeneralSecurityException e) {
            throw new IOException("the trusted CAs cannot be used: " + e.getMessage(), e);
        }
    }

    private List<Step> checks(Session session) {
        var random = new Random();
        var uploads = new Uploads(session);
        Options.Pace pace = session.options().pace();
        List<Step> reading = concat(List.of(
                new ConnectionChecks(session).steps(),
                new TlsChecks(session, clock).steps(),
                new LoginChecks(session, clock).steps(),
                new HttpChecks(session).steps()));
        List<Step> pushing = concat(List.of(
                new UploadChecks(session, uploads, random).steps(),
                new FramingChecks(session, uploads, random).steps(),
                new ManifestChecks(session, uploads, random).steps(),
                new DownloadChecks(session, uploads).steps()));
        List<Step> slow = new SlowChecks(session, uploads, random).steps();
        return concat(List.of(
                reading,
                pace.readOnly() ? left(pushing, "--read-only") : pushing,
                pace.readOnly() ? left(slow, "--read-only") : pace.slow() ? slow : left(slow, "only with --slow")));
    }

    private static List<Step> concat(List<List<Step>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private static List<Step> left(List<Step> steps, String why) {
        return steps.stream()
                .map(step -> new Step(step.group(), step.id(), step.onFailure(), () -> Outcome.skipped(why)))
                .toList();
    }

    /** Makes one check after the other, until one says that the rest would mean nothing. */
    private static final class Course {

        private final Redaction redaction;
        private final Consumer<Result> each;
        private final List<Result> results = new ArrayList<>();

        Course(Redaction redaction, Consumer<Result> each) {
            this.redaction = redaction;
            this.each = each;
        }

        List<Result> results() {
            return results;
        }

        void run(List<Step> steps) {
            Optional<String> stopped = Optional.empty();
            boolean stranger = false;
            for (Step step : steps) {
                if (stopped.isPresent()) {
                    note(step, Outcome.skipped(stopped.get()));
                } else if (stranger && !step.forStrangers()) {
                    note(step, Outcome.skipped("needs a login: --username"));
                } else {
                    Outcome outcome = outcome(step);
                    note(step, outcome);
                    boolean noLogin = outcome.status() == Outcome.Status.SKIPPED;
                    stranger |= outcome.last() && noLogin;
                    stopped = outcome.last() && !noLogin
                            ? Optional.of("means nothing as long as " + step.id() + " fails")
                            : Optional.empty();
                }
            }
        }

        void runRegardless(List<Step> steps) {
            steps.forEach(step -> note(step, outcome(step)));
        }

        private void note(Step step, Outcome outcome) {
            Result result = new Result(step.group(), step.id(), redaction.of(outcome));
            results.add(result);
            each.accept(result);
        }

        private static Outcome outcome(Step step) {
            try {
                return step.procedure().run();
            } catch (IOException e) {
                return broken(step, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                // A server that finds a hole in one check must not keep us from the others, nor from cleaning up.
                return broken(step, "an answer that this check cannot cope with: " + e);
            }
        }

        private static Outcome broken(Step step, String seen) {
            Outcome outcome = Outcome.failed("an answer", seen, step.onFailure());
            return step.vital() ? outcome.andStop() : outcome;
        }
    }
}
