package io.wharfgate.doctor;

import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** A push, in each of the ways in which clients make one. */
final class UploadChecks {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final int SMALL = 1000;
    private static final int QUARTER = MEBIBYTE / 4;

    private final Session session;
    private final Uploads uploads;
    private final Random random;
    private Optional<Response> started = Optional.empty();

    UploadChecks(Session session, Uploads uploads, Random random) {
        this.session = session;
        this.uploads = uploads;
        this.random = random;
    }

    List<Step> steps() {
        return List.of(
                new Step(Group.UPLOADS, "upload-start", Advice.UPLOAD, this::start).asVital(),
                new Step(Group.UPLOADS, "location", Advice.FORWARDED_HOST, this::location),
                new Step(Group.UPLOADS, "upload-put", Advice.UPLOAD, this::put),
                new Step(Group.UPLOADS, "body-over-1-mib", Advice.BODY_LIMIT, () -> body(MEBIBYTE + QUARTER)),
                new Step(Group.UPLOADS, "body-over-2-mib", Advice.BODY_LIMIT, () -> body(2 * MEBIBYTE + QUARTER)),
                new Step(Group.UPLOADS, "chunked-body", Advice.CHUNKED, this::chunked),
                new Step(Group.UPLOADS, "patch-chunks", Advice.PATCH, this::patches),
                new Step(Group.UPLOADS, "mount", Advice.QUERY, this::mount));
    }

    private Outcome start() throws IOException {
        Response answer = uploads.begin();
        if (answer.status() == 202 && answer.fields().first("Location").isPresent()) {
            started = Optional.of(answer);
            return Outcome.ok("202");
        }
        boolean denied = answer.status() == 403 || answer.status() == 401;
        return Outcome.failed(
                        "202 with a Location to POST " + session.path("blobs/uploads/"),
                        answer.status() == 202 ? "202 without a Location" : answer.shown(),
                        denied && answer.json() ? Advice.RIGHTS : denied ? Advice.LOGIN : Advice.UPLOAD)
                .andStop();
    }

    /** Clients go where it says, with their login: containerd drops that when scheme, host or port differ. */
    private Outcome location() {
        String text =
                started.flatMap(answer -> answer.fields().first("Location")).orElse("");
        Optional<URI> location = Uploads.reference(text);
        String prefix = session.path("blobs/uploads/");
        if (location.isEmpty()) {
            return Outcome.failed("an address in Location", text, Advice.UPLOAD).andStop();
        }
        URI uri = location.get();
        if (uri.getRawAuthority() != null) {
            Optional<Outcome> wrong = foreign(uri, text);
            if (wrong.isPresent()) {
                return wrong.get();
            }
        }
        return String.valueOf(uri.getRawPath()).startsWith(prefix)
                ? Outcome.ok(uri.getRawAuthority() == null ? "a path, as it is best" : session.target() + " …")
                : Outcome.failed("a path below " + prefix, text, Advice.PATH_PREFIX);
    }

    private Optional<Outcome> foreign(URI uri, String text) {
        String expected = session.target() + session.path("blobs/uploads/…");
        String scheme = uri.getScheme() == null
                ? session.target().scheme()
                : uri.getScheme().toLowerCase(Locale.ROOT);
        try {
            Target there = Target.parse(scheme + "://" + uri.getRawAuthority());
            if (there.equals(session.target())) {
                return Optional.empty();
            }
            // With another scheme the usual port is another too, so only a port that is named tells of a wrong host.
            boolean sameHost = there.host().equals(session.target().host())
                    && (uri.getPort() == session.target().port() || uri.getPort() < 0);
            boolean onlyScheme = sameHost && there.secure() != session.target().secure();
            return Optional.of(
                    Outcome.failed(expected, text, onlyScheme ? Advice.FORWARDED_PROTO : Advice.FORWARDED_HOST));
        } catch (IllegalArgumentException e) {
            return Optional.of(Outcome.failed(expected, text, Advice.FORWARDED_HOST));
        }
    }

    private Outcome put() throws IOException {
        Blob blob = Blob.noise(random, SMALL);
        String location = started.flatMap(Uploads::locationOf).orElse("");
        Response answer =
                uploads.close(location, uploads.closing(location, blob).sized(blob.content()), blob);
        return stored(answer, blob, Advice.QUERY, "201 to a PUT with digest=sha256%3A…")
                .orElseGet(() -> Outcome.ok("201, digest=sha256%3A… understood"));
    }

    /** Empty when the blob is there. */
    private Optional<Outcome> stored(Response answer, Blob blob, Advice on400, String expected) {
        if (answer.status() == 201) {
            Optional<String> digest = answer.fields().first("Docker-Content-Digest");
            return digest.filter(seen -> !seen.equals(blob.digest().toString()))
                    .map(seen -> Outcome.failed("Docker-Content-Digest: " + blob.digest(), seen, Advice.BODY_CHANGED));
        }
        Advice advice = switch (answer.status()) {
            case 413 -> Advice.BODY_LIMIT;
            case 411, 501 -> Advice.CHUNKED;
            case 405 -> Advice.PATCH;
            case 400 -> on400;
            case 502, 503, 504 -> Advice.BACKEND;
            default -> Advice.UPLOAD;
        };
        return Optional.of(Outcome.failed(expected, answer.shown(), advice));
    }

    private Outcome body(int size) throws IOException {
        Blob blob = Blob.noise(random, size);
        String location = uploads.location();
        Response answer =
                uploads.close(location, uploads.closing(location, blob).sized(blob.content()), blob);
        return stored(answer, blob, Advice.BODY_CHANGED, "201 to a PUT of " + Text.size(size))
                .orElseGet(() -> Outcome.ok(Text.size(size) + " in one PUT"));
    }

    /** As docker pushes every layer. */
    private Outcome chunked() throws IOException {
        Blob blob = Blob.noise(random, 3 * QUARTER);
        String location = uploads.location();
        Response patch = session.askAsUser(Request.of("PATCH", location).chunked(blob.content()));
        if (patch.status() != 202) {
            Advice advice = patch.status() == 413 ? Advice.BODY_LIMIT : Advice.CHUNKED;
            return Outcome.failed("202 to a chunked PATCH without Content-Length", patch.shown(), advice);
        }
        Optional<String> range = patch.fields().first("Range");
        if (!range.equals(Optional.of("0-" + (blob.size() - 1)))) {
            return Outcome.failed("Range: 0-" + (blob.size() - 1), range.orElse("no Range"), Advice.CHUNKED);
        }
        String next = uploads.next(patch, location);
        Response end = uploads.close(next, uploads.closing(next, blob).sized(new byte[0]), blob);
        return stored(end, blob, Advice.CHUNKED, "201 to the PUT that ends the upload")
                .orElseGet(() -> Outcome.ok(Text.size(blob.size()) + " in chunks, without a length"));
    }

    /** As a push is resumed: two pieces, and a look at how far it is in between. */
    private Outcome patches() throws IOException {
        Blob blob = Blob.noise(random, 2 * SMALL);
        String location = uploads.location();
        for (int from : new int[] {0, SMALL}) {
            byte[] piece = java.util.Arrays.copyOfRange(blob.content(), from, from + SMALL);
            Response patch = session.askAsUser(Request.of("PATCH", location)
                    .with("Content-Range", from + "-" + (from + SMALL - 1))
                    .with("Content-Type", "application/octet-stream")
                    .sized(piece));
            if (patch.status() != 202) {
                return Outcome.failed("202 to a PATCH with Content-Range", patch.shown(), Advice.PATCH);
            }
            location = uploads.next(patch, location);
        }
        Response status = session.askAsUser(Request.get(location));
        String range = status.fields().first("Range").orElse("no Range");
        if (status.status() != 204 || !range.equals("0-" + (blob.size() - 1))) {
            return Outcome.failed(
                    "204 with Range: 0-" + (blob.size() - 1), status.shown() + ", " + range, Advice.PATCH);
        }
        Response end = uploads.close(location, uploads.closing(location, blob).sized(new byte[0]), blob);
        return stored(end, blob, Advice.PATCH, "201 to the PUT that ends the upload")
                .orElseGet(() -> Outcome.ok("two pieces, and the status in between"));
    }

    /** A mount names its repository in the query, where the slash is escaped. */
    private Outcome mount() throws IOException {
        if (uploads.stored().isEmpty()) {
            return Outcome.skipped("nothing could be pushed");
        }
        Blob blob = uploads.stored().get(0);
        String query = "?mount=" + blob.digest().toString().replace(":", "%3A") + "&from="
                + session.options().repository().value().replace("/", "%2F");
        Response answer = session.askAsUser(
                Request.of("POST", session.path("blobs/uploads/") + query).sized(new byte[0]));
        if (answer.status() == 201) {
            return Outcome.ok("201, from=…%2F… understood");
        }
        if (answer.status() == 202) {
            Uploads.locationOf(answer).ifPresent(session.trail()::left);
        }
        return Outcome.failed("201 to a mount with escapes in its query", answer.shown(), Advice.QUERY);
    }
}
