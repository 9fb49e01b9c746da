package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import io.wharfgate.doctor.Outcome.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the whole service: nothing to complain of. */
class RealServiceTest {

    private static final Options.Slowness BRIEF =
            new Options.Slowness(3, Duration.ofMillis(20), Duration.ofMillis(100));

    @TempDir
    private Path directory;

    private static Options options(RunningService service) {
        Target target = Target.parse(service.uri().toString());
        Options options = Examination.options(target);
        return target.secure() ? Examination.trusting(options, service.authority()) : options;
    }

    /**
     * Without the clock: Undertow keeps one text of the date for the whole process, and does not renew it any more when the service that
     * made it is stopped within that second, as an earlier test's may have been.
     */
    private static Set<String> with(Examination examination, Status status) {
        return examination.report().results().stream()
                .filter(result -> result.outcome().status() == status)
                .map(Result::id)
                .filter(id -> !id.equals("clock"))
                .collect(Collectors.toSet());
    }

    @Test
    void everyCheckOfTheServiceIsFine() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).start()) {
            Options options = options(service);
            Options.Pace slow = new Options.Pace(Examination.PATIENCE, false, true, BRIEF);
            Examination examination = Examination.of(Examination.withPace(options, slow));
            assertThat(with(examination, Status.FAILED)).isEmpty();
            assertThat(with(examination, Status.WARNING)).isEmpty();
            assertThat(with(examination, Status.SKIPPED)).containsExactlyInAnyOrder("realm", "token");
            assertThat(examination.report().left()).isEmpty();
            assertThat(examination.report().wharfgate()).isTrue();
        }
    }

    @Test
    void plainHttpOnThisMachineIsFine() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).plain().start()) {
            Examination examination = Examination.of(options(service));
            assertThat(with(examination, Status.FAILED)).isEmpty();
            assertThat(with(examination, Status.WARNING)).isEmpty();
        }
    }

    @Test
    void whereDeletingIsOffItSaysWhatIsLeft() throws Exception {
        try (RunningService service =
                RunningService.Setup.in(directory).plain().withoutDelete().start()) {
            Examination examination = Examination.of(options(service)).ok("delete");
            assertThat(with(examination, Status.FAILED)).isEmpty();
            assertThat(examination.report().left())
                    .isNotEmpty()
                    .allMatch(path -> path.startsWith("/v2/wharfgate-doctor/scratch/"));
        }
    }

    @Test
    void aStrangerSeesAsFarAsTheLogin() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).plain().start()) {
            Examination examination = Examination.of(Examination.asStranger(options(service)));
            examination.ok("challenge").ok("challenge-below").skipped("login").skipped("upload-start");
            examination.ok("large-header").ok("keep-alive").ok("early-answer");
            assertThat(with(examination, Status.FAILED)).isEmpty();
        }
    }

    @Test
    void readOnlyPushesNothing() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).plain().start()) {
            Options.Pace reading = new Options.Pace(Examination.PATIENCE, true, false, BRIEF);
            Examination examination = Examination.of(Examination.withPace(options(service), reading));
            examination
                    .ok("login")
                    .ok("errors")
                    .skipped("upload-start")
                    .skipped("manifest-pull")
                    .skipped("delete");
            assertThat(directory.resolve("registry/docker/registry/v2/repositories/wharfgate-doctor"))
                    .doesNotExist();
        }
    }

    @Test
    void aWrongPasswordEndsIt() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).plain().start()) {
            Options options = options(service);
            Options wrong = new Options(
                    options.target(),
                    java.util.Optional.of(
                            new Options.Login(RunningService.USER, io.wharfgate.secret.Secret.of("not-the-password"))),
                    options.authority(),
                    false,
                    options.repository(),
                    options.pace());
            Examination.of(wrong).failed("login", Advice.LOGIN).skipped("upload-start");
        }
    }

    @Test
    void withoutItsAuthorityTheCertificateIsNotTrusted() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).start()) {
            Options untrusting = Examination.options(Target.parse(service.uri().toString()));
            Examination.of(untrusting)
                    .ok("tls")
                    .failed("certificate-trust", Advice.UNTRUSTED)
                    .skipped("challenge");
            Options insecure = new Options(
                    untrusting.target(),
                    untrusting.login(),
                    untrusting.authority(),
                    true,
                    untrusting.repository(),
                    untrusting.pace());
            Examination.of(insecure)
                    .failed("certificate-trust", Advice.UNTRUSTED)
                    .ok("login")
                    .ok("manifest-pull");
        }
    }

    @Test
    void httpsOfAServiceInPlainHttpIsExplained() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).plain().start()) {
            Target target = Target.parse(service.uri().toString()).withSecure(true);
            Examination.of(Examination.options(target))
                    .failed("tls", Advice.PLAIN_HTTP)
                    .skipped("challenge");
        }
    }

    @Test
    void httpOfAServiceWithTlsIsExplained() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).start()) {
            Target target = Target.parse(service.uri().toString()).withSecure(false);
            Examination.of(Examination.options(target)).failed("challenge", Advice.USE_HTTPS);
        }
    }

    @Test
    void nobodyListening() throws Exception {
        int port;
        try (var socket = new java.net.ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Examination.of(Examination.options(new Target(false, "localhost", port)))
                .ok("address")
                .failed("connect", Advice.CONNECT)
                .skipped("challenge");
    }
}
