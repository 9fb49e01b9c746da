package io.wharfgate.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** What programs on the way do to any request: errors, connections, large headers. Nothing is pushed for these. */
final class HttpChecks {

    private static final int LARGE = 6 * 1024;
    private static final Set<Integer> TOO_LARGE = Set.of(400, 413, 414, 431, 500, 502);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Session session;

    HttpChecks(Session session) {
        this.session = session;
    }

    List<Step> steps() {
        return List.of(
                step("errors", Advice.ERROR_PAGES, this::errors),
                step("catalog", Advice.LISTS, this::catalog),
                step("large-header", Advice.LARGE_HEADER, this::largeHeader).alsoForStrangers(),
                step("keep-alive", Advice.KEEP_ALIVE, this::keepAlive).alsoForStrangers());
    }

    private static Step step(String id, Advice onFailure, Step.Procedure procedure) {
        return new Step(Group.HTTP, id, onFailure, procedure);
    }

    /** A client asks for what is not there all the time; it reads the code in the JSON. */
    private Outcome errors() throws IOException {
        Response answer = session.askAsUser(Request.get(session.path("manifests/wharfgate-doctor-looks-for-nothing")));
        if (answer.status() == 401 || answer.status() == 403) {
            return Outcome.skipped(
                    "the user may not read " + session.options().repository().value());
        }
        return answer.status() == 404 && errorCode(answer)
                ? Outcome.ok("404 with the registry's JSON")
                : Outcome.failed(
                        "404 with the registry's JSON for what is not there", answer.shown(), Advice.ERROR_PAGES);
    }

    private static boolean errorCode(Response answer) throws IOException {
        try {
            return answer.json()
                    && JSON.readTree(answer.body()).path("errors").path(0).has("code");
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private Outcome catalog() throws IOException {
        Response answer = session.askAsUser(Request.get("/v2/_catalog?n=1"));
        if (answer.status() == 401 || answer.status() == 403) {
            return Outcome.ok("not for this user (" + answer.status() + ")");
        }
        if (answer.status() != 200 || !answer.json()) {
            return Outcome.warning("200 with JSON to GET /v2/_catalog", answer.shown(), Advice.LISTS);
        }
        String link = answer.fields().first("Link").orElse("");
        boolean elsewhere = link.contains("://") && !link.contains("<" + session.target() + "/");
        return elsewhere
                ? Outcome.failed("a Link at " + session.target(), link, Advice.FORWARDED_HOST)
                : Outcome.ok(link.isEmpty() ? "listed" : "listed, with a Link to the next page");
    }

    /** A token for many repositories; a made-up one is refused as a login, not as too large. */
    private Outcome largeHeader() throws IOException {
        Response usual = session.ask(Request.get("/v2/"));
        Response answer = session.ask(Request.get("/v2/").with("Authorization", "Bearer " + "x".repeat(LARGE)));
        boolean refused = TOO_LARGE.contains(answer.status()) && answer.status() != usual.status();
        return refused
                ? Outcome.failed(
                        usual.status() + " to a token of " + Text.size(LARGE), answer.shown(), Advice.LARGE_HEADER)
                : Outcome.ok("a token of " + Text.size(LARGE) + " passes");
    }

    private Outcome keepAlive() throws IOException {
        Request ping = Request.get("/v2/");
        Request request = session.options().login().isPresent() ? session.asUser(ping) : ping;
        try (Wire wire = session.dialer().open(session.target())) {
            Response first = wire.exchange(request);
            if (!first.keepsConnection()) {
                String seen =
                        first.version() + ", Connection: " + first.fields().shown("Connection");
                return Outcome.warning("HTTP/1.1 and a connection that stays", seen, Advice.KEEP_ALIVE);
            }
            try {
                wire.exchange(request);
                return Outcome.ok("two requests on one connection");
            } catch (WireException e) {
                return Outcome.warning("a second answer on the same connection", e.getMessage(), Advice.KEEP_ALIVE);
            }
        }
    }
}
