package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wharfgate.doctor.Result.Group;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReportTest {

    private static final List<Result> RESULTS = List.of(
            new Result(Group.CONNECTION, "address", Outcome.ok("localhost is 127.0.0.1")),
            new Result(Group.UPLOADS, "body-over-1-mib", Outcome.failed("201", "413", Advice.BODY_LIMIT)),
            new Result(Group.UPLOADS, "body-over-2-mib", Outcome.failed("201", "413", Advice.BODY_LIMIT)),
            new Result(Group.SLOW, "slow-upload", Outcome.skipped("only with --slow")),
            new Result(Group.SLOW, "slow-download", Outcome.skipped("only with --slow")),
            new Result(Group.CLEANUP, "delete", Outcome.ok("what was pushed is deleted again")));

    private static Report report(boolean wharfgate) {
        return report(Optional.of("Apache/2.4"), wharfgate, RESULTS);
    }

    private static Report report(Optional<String> server, boolean wharfgate, List<Result> results) {
        return new Report(new Target(true, "localhost", 443), server, wharfgate, results, List.of("/v2/x/blobs/y"));
    }

    private static String text(boolean colours) {
        var out = new StringWriter();
        var text = new TextReport(new PrintWriter(out), colours);
        RESULTS.forEach(text::line);
        text.end(report(true));
        return out.toString();
    }

    @Test
    void isAlignedAndPlainAndSaysEachAdviceOnce() {
        assertThat(text(false)).isEqualToNormalizingNewlines("""

                Connection
                  ok       address             localhost is 127.0.0.1

                Uploads
                  FAILED   body-over-1-mib     expected 201; seen: 413
                  FAILED   body-over-2-mib     expected 201; seen: 413

                Slow transfers
                  skipped  slow-upload, slow-download  only with --slow

                Cleaning up
                  ok       delete              what was pushed is deleted again

                What to change for body-over-1-mib, body-over-2-mib:
                  A limit on bodies: a layer is sent in one, and may have gigabytes.

                  Apache:
                    LimitRequestBody 0
                    # with mod_security, for this host: SecRequestBodyAccess Off

                  nginx:
                    client_max_body_size 0;

                  HAProxy:
                    # HAProxy has no limit of its own: remove 'http-request deny' on req.body_size or content-length

                  Traefik:
                    # remove maxRequestBodyBytes, best the whole buffering middleware, from the router

                Left behind, as it could not be deleted:
                    /v2/x/blobs/y

                6 checks: 2 ok, 2 FAILED, 2 skipped
                """);
    }

    @Test
    void coloursOnlyTheStatus() {
        assertThat(text(true))
                .contains("  \u001b[1;31mFAILED \u001b[0m  body-over-1-mib")
                .contains("\u001b[32mok");
    }

    /** A wrong password is more likely than a proxy of which nothing is to be seen. */
    @Test
    void aRegistryWithoutAProxyComesFirst() {
        var out = new StringWriter();
        Result failed = new Result(Group.LOGIN, "login", Outcome.failed("200", "401", Advice.LOGIN));
        new TextReport(new PrintWriter(out), false).end(report(Optional.empty(), true, List.of(failed)));
        assertThat(out.toString()).containsSubsequence("What to change", "  Wharfgate:", "  nginx:");
    }

    @Test
    void isAlsoAnObject() throws Exception {
        JsonNode root = JsonMapper.builder().build().readTree(JsonReport.of(report(false)));
        assertThat(root.path("healthy").asBoolean(true)).isFalse();
        assertThat(root.path("server").asText()).isEqualTo("Apache/2.4");
        JsonNode failed = root.path("checks").path(1);
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.path("advice").path("id").asText()).isEqualTo("body-limit");
        assertThat(failed.path("advice").path("lines").path("nginx").path(0).asText())
                .isEqualTo("client_max_body_size 0;");
        assertThat(root.path("left").path(0).asText()).isEqualTo("/v2/x/blobs/y");
    }

    /** What is at fault may be any of the four: whoever has lines for one has them for all. */
    @ParameterizedTest
    @EnumSource
    void adviceForProxiesHasLinesForEachOfThem(Advice advice) {
        assertThat(advice.why()).isNotBlank();
        List<Place> places =
                advice.lines(true).map(Advice.Lines::place).filter(Place::proxy).toList();
        assertThat(places).isIn(List.of(), List.of(Place.NGINX, Place.HAPROXY, Place.APACHE, Place.TRAEFIK));
    }
}
