package io.wharfgate.doctor;

import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** What proxies make of bodies on their way: waiting, storing, answering early. */
final class FramingChecks {

    private static final int BODY = 8 * 1024 * 1024;
    /** More than Go's server swallows before it answers early (256 KiB), and more than proxies read ahead. */
    private static final int PART = 1024 * 1024;

    private static final int SMALL = 1000;
    private static final Duration SHORT = Duration.ofSeconds(3);

    private final Session session;
    private final Uploads uploads;
    private final Random random;

    FramingChecks(Session session, Uploads uploads, Random random) {
        this.session = session;
        this.uploads = uploads;
        this.random = random;
    }

    List<Step> steps() {
        return List.of(
                new Step(Group.UPLOADS, "expect-continue", Advice.EXPECT, this::expect),
                new Step(Group.UPLOADS, "early-answer", Advice.EARLY_ANSWER, this::earlyAnswer).alsoForStrangers(),
                new Step(Group.UPLOADS, "request-buffering", Advice.BUFFERING, this::buffering));
    }

    private Outcome expect() throws IOException {
        Blob blob = Blob.noise(random, SMALL);
        String location = uploads.location();
        Request request = session.asUser(uploads.closing(location, blob).sized(blob.content()))
                .with("Expect", "100-continue");
        try (Wire wire = session.dialer().open(session.target())) {
            wire.sendHead(request);
            Optional<AnswerReader.Head> first = headWithin(wire, shorter());
            if (first.isEmpty()) {
                return Outcome.warning("100 Continue", "nothing within " + Text.time(shorter()), Advice.EXPECT);
            }
            if (first.get().status() != 100) {
                return Outcome.failed("100 Continue", first.get().status() + "", Advice.EXPECT);
            }
            wire.send(blob.content(), 0, blob.size());
            Response answer = wire.receive("PUT", session.dialer().patience());
            if (answer.status() != 201) {
                return Outcome.failed("201 after 100 Continue", answer.shown(), Advice.EXPECT);
            }
            session.trail().gone(location);
            session.trail().left(session.path("blobs/" + blob.digest()));
            return Outcome.ok("100, then 201");
        }
    }

    private Duration shorter() {
        Duration patience = session.dialer().patience();
        return SHORT.compareTo(patience) < 0 ? SHORT : patience;
    }

    private static Optional<AnswerReader.Head> headWithin(Wire wire, Duration time) throws IOException {
        try {
            return Optional.of(wire.head(time));
        } catch (WireException e) {
            if (e.timedOut()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * A stranger begins a large upload: nobody may wait for ever. Go's servers, registry:2 among them, close the connection when they
     * have read enough of what they refuse, so that a 401 behind nginx becomes a 502: no beauty, but nobody hangs.
     */
    private Outcome earlyAnswer() throws IOException {
        if (session.open()) {
            return Outcome.skipped("nobody is refused");
        }
        String expected = "401 to " + Text.size(BODY) + " without a login";
        Request request = Request.of("PATCH", unknownUpload()).sized(new byte[BODY]);
        try {
            Response answer = session.ask(request);
            return switch (answer.status()) {
                case 401 -> Outcome.ok(answer.early() ? "401 before the body's end" : "401");
                case 413 -> Outcome.failed(expected, answer.shown(), Advice.BODY_LIMIT);
                case 502, 503, 504 -> Outcome.ok("no wait, if not the 401 itself: " + answer.shown());
                default -> Outcome.failed(expected, answer.shown(), Advice.OPEN_BELOW);
            };
        } catch (WireException e) {
            return e.timedOut()
                    ? Outcome.failed(expected, e.getMessage(), Advice.EARLY_ANSWER)
                    : Outcome.ok("no wait, if not the 401 itself: " + e.getMessage());
        }
    }

    private String unknownUpload() {
        return session.path("blobs/uploads/" + UUID.randomUUID());
    }

    /** An upload that does not exist is refused by the registry at once, unless somebody keeps the request to himself. */
    private Outcome buffering() throws IOException {
        Request request = session.asUser(Request.of("PATCH", unknownUpload()).with("Transfer-Encoding", "chunked"));
        byte[] content = new byte[PART];
        try (Wire wire = session.dialer().open(session.target())) {
            wire.sendHead(request);
            Optional<WireException> refused = part(wire, content);
            Optional<AnswerReader.Head> head = headWithin(wire, shorter());
            if (head.isEmpty() && session.server().orElse("").contains("Apache")) {
                // It passes bodies on as they come, and yet looks for an answer only after their end.
                return Outcome.skipped("cannot be seen through Apache; it stores bodies only with SetEnv proxy-sendcl");
            }
            if (head.isEmpty()) {
                return Outcome.warning(
                        "the registry's answer while the body is still coming",
                        "nothing within " + Text.time(shorter()) + " of " + Text.size(PART) + " of a body that goes on",
                        Advice.BUFFERING);
            }
            return head.get().status() == 413
                    ? Outcome.failed("404 to an upload that does not exist", "413", Advice.BODY_LIMIT)
                    : Outcome.ok(head.get().status() + " while the body is still coming"
                            + (refused.isPresent() ? ", then cut off" : ""));
        }
    }

    /** Who answers early may close early. */
    private static Optional<WireException> part(Wire wire, byte[] content) {
        try {
            wire.sendChunk(content, 0, content.length);
            return Optional.empty();
        } catch (WireException e) {
            return Optional.of(e);
        } catch (IOException e) {
            return Optional.of(new WireException(String.valueOf(e.getMessage()), e));
        }
    }
}
