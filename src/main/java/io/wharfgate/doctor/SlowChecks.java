package io.wharfgate.doctor;

import io.wharfgate.doctor.Options.Slowness;
import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Transfers over a bad line: a push in drops, and a pull that pauses. Only on demand, as they take minutes. */
final class SlowChecks {

    private static final int PIECE = 200;
    /** More than the kernels and the proxy on the way hold, so that the server feels that nobody reads. */
    private static final int DOWNLOAD = 24 * 1024 * 1024;

    private final Session session;
    private final Uploads uploads;
    private final Random random;
    private final Slowness slowness;

    SlowChecks(Session session, Uploads uploads, Random random) {
        this.session = session;
        this.uploads = uploads;
        this.random = random;
        this.slowness = session.options().pace().slowness();
    }

    List<Step> steps() {
        return List.of(
                new Step(Group.SLOW, "slow-upload", Advice.SLOW_UPLOAD, this::upload),
                new Step(Group.SLOW, "slow-download", Advice.SLOW_DOWNLOAD, this::download));
    }

    private Outcome upload() throws IOException {
        Blob blob = Blob.noise(random, PIECE * slowness.pieces());
        String location = uploads.location();
        Request request = session.asUser(Request.of("PATCH", location).with("Transfer-Encoding", "chunked"));
        long began = System.nanoTime();
        try (Wire wire = session.dialer().open(session.target())) {
            wire.sendHead(request);
            for (int piece = 0; piece < slowness.pieces(); piece++) {
                pause(piece == slowness.pieces() / 2 ? slowness.pause().plus(slowness.rest()) : slowness.rest());
                wire.sendChunk(blob.content(), piece * PIECE, PIECE);
            }
            byte[] end = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            wire.send(end, 0, end.length);
            Response answer = wire.receive("PATCH", session.dialer().patience());
            if (answer.status() != 202) {
                return cutOff("upload", answer.shown(), began, Advice.SLOW_UPLOAD);
            }
            uploads.next(answer, location);
            return Outcome.ok(
                    "a push of " + Text.time(slowness.total()) + ", with a pause of " + Text.time(slowness.pause()));
        } catch (WireException e) {
            return cutOff("upload", e.getMessage(), began, Advice.SLOW_UPLOAD);
        }
    }

    private Outcome cutOff(String what, String seen, long began, Advice advice) {
        Duration after =
                Duration.ofSeconds(Duration.ofNanos(System.nanoTime() - began).toSeconds());
        return Outcome.failed(
                "an " + what + " that may take " + Text.time(slowness.total()) + " and pause for "
                        + Text.time(slowness.pause()),
                seen + ", noticed after " + Text.time(after),
                advice);
    }

    private Outcome download() throws IOException {
        Blob blob = Blob.noise(random, DOWNLOAD);
        String location = uploads.location();
        Response stored =
                uploads.close(location, uploads.closing(location, blob).sized(blob.content()), blob);
        if (stored.status() != 201) {
            return Outcome.skipped("a blob of " + Text.size(DOWNLOAD) + " could not be pushed: " + stored.shown());
        }
        Request request = session.asUser(Request.get(session.path("blobs/" + blob.digest())));
        long began = System.nanoTime();
        try (Wire wire = session.dialer().open(session.target())) {
            wire.sendHead(request);
            AnswerReader.Head head = wire.head(session.dialer().patience());
            if (head.status() != 200) {
                return Outcome.skipped("GET of the blob answered " + head.status());
            }
            pause(slowness.pause());
            Response answer =
                    wire.complete("GET", head, session.dialer().patience().multipliedBy(4));
            return Arrays.equals(answer.body(), blob.content())
                    ? Outcome.ok("a pull with a pause of " + Text.time(slowness.pause()))
                    : Outcome.failed("the blob as it was pushed", "other bytes", Advice.BODY_CHANGED);
        } catch (WireException e) {
            return cutOff("answer", e.getMessage(), began, Advice.SLOW_DOWNLOAD);
        }
    }

    private static void pause(Duration time) throws WireException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WireException("interrupted", e);
        }
    }
}
