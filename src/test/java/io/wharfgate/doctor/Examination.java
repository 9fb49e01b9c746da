package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** One examination as tests make it, and what came of it. */
record Examination(Report report) {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    static Examination of(Options options) throws IOException {
        return new Examination(new Doctor(Clock.systemUTC()).examine(options, result -> {}));
    }

    static Options options(Target target) {
        return new Options(
                target,
                Optional.of(new Options.Login(RunningService.USER, Secret.of(RunningService.PASSWORD))),
                Optional.empty(),
                false,
                Options.SCRATCH,
                new Options.Pace(PATIENCE, false, false, Options.Slowness.USUAL));
    }

    static Options trusting(Options options, Path authority) {
        return new Options(
                options.target(),
                options.login(),
                Optional.of(authority),
                options.insecure(),
                options.repository(),
                options.pace());
    }

    static Options withPace(Options options, Options.Pace pace) {
        return new Options(
                options.target(), options.login(), options.authority(), options.insecure(), options.repository(), pace);
    }

    static Options asStranger(Options options) {
        return new Options(
                options.target(),
                Optional.empty(),
                options.authority(),
                options.insecure(),
                options.repository(),
                options.pace());
    }

    Outcome outcome(String id) {
        return report.results().stream()
                .filter(result -> result.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + id))
                .outcome();
    }

    Examination failed(String id, Advice advice) {
        assertThat(outcome(id).status()).as("%s: %s", id, outcome(id)).isEqualTo(Outcome.Status.FAILED);
        assertThat(outcome(id).advice()).as("%s: %s", id, outcome(id)).contains(advice);
        return this;
    }

    Examination warned(String id, Advice advice) {
        assertThat(outcome(id).status()).as("%s: %s", id, outcome(id)).isEqualTo(Outcome.Status.WARNING);
        assertThat(outcome(id).advice()).as("%s: %s", id, outcome(id)).contains(advice);
        return this;
    }

    Examination ok(String id) {
        assertThat(outcome(id).status()).as("%s: %s", id, outcome(id)).isEqualTo(Outcome.Status.OK);
        return this;
    }

    Examination skipped(String id) {
        assertThat(outcome(id).status()).as("%s: %s", id, outcome(id)).isEqualTo(Outcome.Status.SKIPPED);
        return this;
    }
}
