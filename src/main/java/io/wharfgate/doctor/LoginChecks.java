package io.wharfgate.doctor;

import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** What {@code docker login} does: the ping, the challenge, the token, and the ping again. */
final class LoginChecks {

    private static final Duration SMALL_SKEW = Duration.ofSeconds(30);
    private static final Duration LARGE_SKEW = Duration.ofMinutes(5);
    private static final String VERSION = "Docker-Distribution-Api-Version";

    private final Session session;
    private final Clock clock;

    LoginChecks(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    List<Step> steps() {
        return List.of(
                new Step(Group.LOGIN, "challenge", Advice.BACKEND, this::ping).asVital(),
                new Step(Group.LOGIN, "clock", Advice.CLOCK, this::clock),
                new Step(Group.LOGIN, "api-version", Advice.API_VERSION, this::version),
                new Step(Group.LOGIN, "challenge-below", Advice.OPEN_BELOW, this::below),
                new Step(Group.LOGIN, "realm", Advice.REALM, this::realm),
                new Step(Group.LOGIN, "token", Advice.TOKEN, this::token).asVital(),
                new Step(Group.LOGIN, "login", Advice.LOGIN, this::login).asVital());
    }

    private Outcome ping() throws IOException {
        recogniseWharfgate();
        Response answer = session.ask(Request.get("/v2/"));
        if (answer.status() == 401) {
            return challenge(answer);
        }
        if (answer.status() == 200) {
            return open(answer);
        }
        String location =
                answer.fields().first("Location").map(to -> ", Location: " + to).orElse("");
        String seen = answer.shown() + location;
        return Outcome.failed("401 or 200 to GET /v2/", seen, cause(answer)).andStop();
    }

    private Advice cause(Response answer) {
        boolean sentOn = answer.fields().shown("Location").startsWith("https:");
        // 400 is what a TLS port says to plain HTTP, nginx's as well as Wharfgate's.
        if (!session.target().secure() && (sentOn || answer.status() == 400)) {
            return Advice.USE_HTTPS;
        }
        return answer.status() >= 500 ? Advice.BACKEND : Advice.NOT_A_REGISTRY;
    }

    /** Its front page says so, where the proxy passes that on; else its challenge may. */
    private void recogniseWharfgate() {
        try {
            if (session.ask(Request.get("/")).text().startsWith("This is a Wharfgate registry.")) {
                session.setWharfgate();
            }
        } catch (IOException e) {
            // The ping, which comes next, fails in the same way and says so.
        }
    }

    private Outcome challenge(Response answer) {
        List<String> all = answer.fields().all("WWW-Authenticate");
        String seen = all.isEmpty() ? "a 401 without it" : String.join(" and ", all);
        try {
            if (all.size() != 1) {
                return Outcome.failed("one WWW-Authenticate", seen, Advice.CHALLENGE)
                        .andStop();
            }
            Challenge challenge = Challenge.parse(all.get(0));
            if (!challenge.basic() && !challenge.bearer()) {
                return Outcome.failed("Basic or Bearer", seen, Advice.CHALLENGE).andStop();
            }
            session.challenge(challenge);
            if (challenge.realm().equals("Wharfgate")) {
                session.setWharfgate();
            }
            return Outcome.ok("401, " + seen);
        } catch (Challenge.Malformed e) {
            return Outcome.failed("one challenge, Basic or Bearer", seen + ": " + e.getMessage(), Advice.CHALLENGE)
                    .andStop();
        }
    }

    private Outcome open(Response answer) {
        if (answer.body().length > 0
                && !answer.json()
                && answer.fields().first(VERSION).isEmpty()) {
            return Outcome.failed("a registry's answer to GET /v2/", "200 with a page", Advice.NOT_A_REGISTRY)
                    .andStop();
        }
        session.setOpen();
        return session.options().login().isPresent()
                ? Outcome.failed("401 to GET /v2/ without a login", "200: nobody is asked for one", Advice.OPEN)
                : Outcome.warning("401 to GET /v2/ without a login", "200: nobody is asked for one", Advice.OPEN);
    }

    private Outcome clock() throws IOException {
        Instant before = clock.instant();
        Optional<String> date = session.ask(Request.get("/v2/")).fields().first("Date");
        if (date.isEmpty()) {
            return Outcome.warning("a Date", "none", Advice.CLOCK);
        }
        try {
            Instant theirs = ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration skew = distance(theirs, before, clock.instant());
            String seen = skew.toSeconds() <= 1
                    ? "both clocks agree"
                    : "the clocks differ by " + Text.time(Duration.ofSeconds(skew.toSeconds()));
            if (skew.compareTo(LARGE_SKEW) > 0) {
                return Outcome.failed("clocks that agree", seen + " (Date: " + date.get() + ")", Advice.CLOCK);
            }
            return skew.compareTo(SMALL_SKEW) > 0
                    ? Outcome.warning("clocks that agree", seen + " (Date: " + date.get() + ")", Advice.CLOCK)
                    : Outcome.ok(seen);
        } catch (DateTimeException e) {
            return Outcome.warning("a Date", date.get(), Advice.CLOCK);
        }
    }

    /** How far it lies outside of the time in which it must have been written. */
    private static Duration distance(Instant theirs, Instant from, Instant until) {
        if (theirs.isBefore(from)) {
            return Duration.between(theirs, from);
        }
        return theirs.isAfter(until) ? Duration.between(until, theirs) : Duration.ZERO;
    }

    private Outcome version() throws IOException {
        String seen = session.ask(Request.get("/v2/")).fields().shown(VERSION);
        return seen.equals("registry/2.0")
                ? Outcome.ok(seen)
                : Outcome.warning(VERSION + ": registry/2.0", seen, Advice.API_VERSION);
    }

    /** A push: nobody lets strangers do that, while pulls may be free. */
    private Outcome below() throws IOException {
        if (session.open()) {
            return Outcome.skipped("nobody is asked for a login");
        }
        boolean reading = session.options().pace().readOnly();
        Request request = reading
                ? Request.get("/v2/_catalog")
                : Request.of("POST", session.path("blobs/uploads/")).sized(new byte[0]);
        Response answer = session.ask(request);
        if (answer.status() == 401 && answer.fields().all("WWW-Authenticate").size() == 1) {
            return Outcome.ok("401 to " + request + " too");
        }
        if (answer.status() == 202) {
            Uploads.locationOf(answer).ifPresent(session.trail()::left);
        }
        if (answer.status() == 401) {
            return Outcome.failed(
                    "one WWW-Authenticate with the 401 to " + request,
                    String.join(" and ", answer.fields().all("WWW-Authenticate")),
                    Advice.CHALLENGE);
        }
        if (answer.status() == 200
                && reading
                && session.challenge().filter(Challenge::bearer).isPresent()) {
            return Outcome.ok("the catalog is open, as pulls without a login may be");
        }
        return Outcome.failed("401 to " + request + " without a login", answer.shown(), Advice.OPEN_BELOW);
    }

    private Outcome realm() throws IOException {
        Optional<Challenge> challenge = session.challenge().filter(Challenge::bearer);
        if (challenge.isEmpty()) {
            return Outcome.skipped("only for Bearer");
        }
        URI realm = Credentials.realm(challenge.get());
        Target there = Target.parse(realm.getScheme() + "://" + realm.getRawAuthority());
        boolean sameHost = there.host().equals(session.target().host());
        if ((session.target().secure() && !there.secure()) || (sameHost && !there.equals(session.target()))) {
            return Outcome.failed("a realm at " + session.target(), realm.toString(), Advice.REALM);
        }
        return Outcome.ok(realm.toString());
    }

    private Outcome token() throws IOException {
        Optional<Challenge> challenge = session.challenge().filter(Challenge::bearer);
        if (challenge.isEmpty()) {
            return Outcome.skipped("only for Bearer");
        }
        Response answer = session.credentials().askForToken(challenge.get());
        if (answer.status() == 401 || answer.status() == 403) {
            boolean stranger = session.options().login().isEmpty();
            return stranger
                    ? Outcome.skipped("no --username, and no token for strangers")
                            .andStop()
                    : Outcome.failed("a token", answer.shown(), Advice.LOGIN).andStop();
        }
        if (answer.status() != 200) {
            return Outcome.failed("a token from " + challenge.get().realm(), answer.shown(), Advice.TOKEN)
                    .andStop();
        }
        session.credentials().tokenOf(answer);
        return Outcome.ok("issued");
    }

    private Outcome login() throws IOException {
        if (session.open()) {
            return Outcome.skipped("nobody is asked for a login");
        }
        boolean basic = session.challenge().filter(Challenge::basic).isPresent();
        if (basic && session.options().login().isEmpty()) {
            return Outcome.skipped("no --username: only what a stranger sees is looked at")
                    .andStop();
        }
        Response answer = session.askAsUser(Request.get("/v2/"));
        if (answer.status() == 200) {
            return Outcome.ok("200 with the login");
        }
        String again = String.join(" and ", answer.fields().all("WWW-Authenticate"));
        String before = session.challenge().map(Challenge::realm).orElse("");
        boolean elsewhere = !again.isEmpty() && !again.contains(before);
        return Outcome.failed(
                        "200 to GET /v2/ with the login",
                        answer.shown() + (elsewhere ? "; now another place asks: " + again : ""),
                        answer.status() >= 500 ? Advice.BACKEND : Advice.LOGIN)
                .andStop();
    }
}
