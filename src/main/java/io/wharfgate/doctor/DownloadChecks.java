package io.wharfgate.doctor;

import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A pull of what was pushed: whole, in part, and not at all when the client has it. */
final class DownloadChecks {

    private static final int FROM = 100;
    private static final int TO = 299;

    private final Session session;
    private final Uploads uploads;
    /** Where a registry keeps its blobs somewhere else: they are not this proxy's business. */
    private boolean redirected;

    DownloadChecks(Session session, Uploads uploads) {
        this.session = session;
        this.uploads = uploads;
    }

    List<Step> steps() {
        return List.of(
                step("blob-pull", Advice.BODY_CHANGED, () -> withBlob(this::pull)),
                step("blob-head", Advice.HEAD, () -> withBlob(this::head)),
                step("range", Advice.RANGE, () -> withBlob(this::range)),
                step("if-none-match", Advice.CONDITIONAL, () -> withBlob(this::conditional)));
    }

    private static Step step(String id, Advice onFailure, Step.Procedure procedure) {
        return new Step(Group.DOWNLOADS, id, onFailure, procedure);
    }

    private interface OfBlob {
        Outcome run(Blob blob) throws IOException;
    }

    private Outcome withBlob(OfBlob check) throws IOException {
        Optional<Blob> largest = uploads.stored().stream().max(Comparator.comparingInt(Blob::size));
        return largest.isEmpty() ? Outcome.skipped("no blob could be pushed") : check.run(largest.get());
    }

    private Request ask(String method, Blob blob) throws IOException {
        return session.asUser(
                Request.of(method, session.path("blobs/" + blob.digest())).with("Accept-Encoding", "gzip"));
    }

    private Outcome pull(Blob blob) throws IOException {
        Response answer = session.ask(ask("GET", blob));
        String by = "";
        if (answer.status() == 307 || answer.status() == 302 || answer.status() == 303) {
            redirected = true;
            answer = follow(answer);
            by = ", from where the registry sends clients";
        }
        if (answer.status() != 200) {
            return Outcome.failed("200 to a blob", answer.shown(), Advice.LISTS);
        }
        if (answer.fields().first("Content-Encoding").isPresent()) {
            return Outcome.failed("no Content-Encoding", answer.fields().shown("Content-Encoding"), Advice.COMPRESSION);
        }
        if (!Arrays.equals(answer.body(), blob.content())) {
            String seen = Blob.of(answer.body()).digest() + ", " + Text.size(answer.body().length);
            return Outcome.failed(blob.digest() + ", " + Text.size(blob.size()), seen, Advice.BODY_CHANGED);
        }
        return answer.framing() == AnswerReader.Framing.LENGTH
                ? Outcome.ok(Text.size(blob.size()) + ", byte for byte" + by)
                : Outcome.warning("Content-Length: " + blob.size(), "an answer without it", Advice.COMPRESSION);
    }

    /** Without the login, which is not for others. */
    private Response follow(Response answer) throws IOException {
        URI to = answer.fields()
                .first("Location")
                .flatMap(Uploads::reference)
                .map(reference -> URI.create(session.target() + "/").resolve(reference))
                .orElseThrow(() -> new WireException(answer.status() + " without a Location"));
        try {
            Target there = Target.parse(to.getScheme() + "://" + to.getRawAuthority());
            String path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
            try (Wire wire = session.dialer().open(there)) {
                return wire.exchange(Request.get(path + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery())));
            }
        } catch (IllegalArgumentException e) {
            throw new WireException("a redirect to " + to, e);
        }
    }

    private Outcome head(Blob blob) throws IOException {
        return redirected ? elsewhere() : Heads.check(session, ask("HEAD", blob), blob, Optional.empty());
    }

    private static Outcome elsewhere() {
        return Outcome.skipped("the registry sends clients elsewhere for blobs");
    }

    private Outcome range(Blob blob) throws IOException {
        if (redirected) {
            return elsewhere();
        }
        Response answer = session.ask(ask("GET", blob).with("Range", "bytes=" + FROM + "-" + TO));
        String expected = "bytes " + FROM + "-" + TO + "/" + blob.size();
        String seen = answer.fields().shown("Content-Range");
        if (answer.status() != 206) {
            String whole = answer.status() == 200 ? "200 with all of it" : answer.shown();
            return Outcome.failed("206 to bytes=" + FROM + "-" + TO, whole, Advice.RANGE);
        }
        if (!seen.equals(expected)) {
            return Outcome.failed("Content-Range: " + expected, seen, Advice.RANGE);
        }
        return Arrays.equals(answer.body(), Arrays.copyOfRange(blob.content(), FROM, TO + 1))
                ? Outcome.ok("206, the right " + (TO + 1 - FROM) + " bytes")
                : Outcome.failed("the bytes " + FROM + "-" + TO + " of the blob", "others", Advice.RANGE);
    }

    private Outcome conditional(Blob blob) throws IOException {
        if (redirected) {
            return elsewhere();
        }
        Response first = session.ask(ask("HEAD", blob));
        Optional<String> tag = first.fields().first("ETag");
        if (tag.isEmpty()) {
            return Outcome.warning("an ETag", "none", Advice.CONDITIONAL);
        }
        Response answer = session.ask(ask("GET", blob).with("If-None-Match", tag.get()));
        return answer.status() == 304
                ? Outcome.ok("304 for what the client has")
                : Outcome.warning("304 to If-None-Match: " + tag.get(), answer.shown(), Advice.CONDITIONAL);
    }
}
