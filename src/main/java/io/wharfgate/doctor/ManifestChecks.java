package io.wharfgate.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A manifest, there and back without a byte changed; and the lists that it stands in. */
final class ManifestChecks {

    private static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String DIGEST = "Docker-Content-Digest";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Session session;
    private final Uploads uploads;
    private final String tag;
    private Optional<Blob> manifest = Optional.empty();

    ManifestChecks(Session session, Uploads uploads, Random random) {
        this.session = session;
        this.uploads = uploads;
        byte[] suffix = new byte[6];
        random.nextBytes(suffix);
        this.tag = "check-" + HexFormat.of().formatHex(suffix);
    }

    List<Step> steps() {
        return List.of(
                step("manifest-push", Advice.UPLOAD, this::push),
                step("manifest-pull", Advice.BODY_CHANGED, () -> ifPushed(this::pull)),
                step("manifest-head", Advice.HEAD, () -> ifPushed(this::head)),
                step("digest-field", Advice.DIGEST_FIELD, () -> ifPushed(this::digestField)),
                step("tags", Advice.LISTS, () -> ifPushed(this::tags)));
    }

    private static Step step(String id, Advice onFailure, Step.Procedure procedure) {
        return new Step(Group.MANIFESTS, id, onFailure, procedure);
    }

    private Outcome ifPushed(Step.Procedure check) throws IOException {
        return manifest.isEmpty() ? Outcome.skipped("no manifest could be pushed") : check.run();
    }

    private Outcome push() throws IOException {
        if (uploads.stored().isEmpty()) {
            return Outcome.skipped("no blob could be pushed");
        }
        Blob blob = Blob.of(manifestOf(uploads.stored().get(0)));
        Response answer = session.askAsUser(Request.of("PUT", session.path("manifests/" + tag))
                .with("Content-Type", MEDIA_TYPE)
                .sized(blob.content()));
        if (answer.status() != 201) {
            return Outcome.failed(
                    "201 to a manifest", answer.shown(), answer.status() == 413 ? Advice.BODY_LIMIT : Advice.UPLOAD);
        }
        session.trail().left(session.path("manifests/" + blob.digest()));
        manifest = Optional.of(blob);
        Optional<String> digest = answer.fields()
                .first(DIGEST)
                .filter(seen -> !seen.equals(blob.digest().toString()));
        return digest.isPresent()
                ? Outcome.failed(DIGEST + ": " + blob.digest(), digest.get(), Advice.BODY_CHANGED)
                : Outcome.ok("201, tag " + tag);
    }

    /** With blanks and escapes, which a program that reads JSON and writes it again would lose. */
    private static byte[] manifestOf(Blob layer) {
        return """
                {
                  "schemaVersion": 2,
                  "mediaType": "%s",
                  "config": {"mediaType": "application/vnd.wharfgate.doctor.v1", "size": %d, "digest": "%s"},
                  "layers": [ ],
                  "annotations": {"doctor":  "\\u00fc &amp; <b>"}
                }
                """.formatted(MEDIA_TYPE, layer.size(), layer.digest()).getBytes(StandardCharsets.UTF_8);
    }

    private Request ask(String method, String reference) {
        return Request.of(method, session.path("manifests/" + reference))
                .with("Accept", MEDIA_TYPE)
                .with("Accept-Encoding", "gzip");
    }

    private Outcome pull() throws IOException {
        Blob pushed = manifest.orElseThrow();
        for (String reference : List.of(tag, pushed.digest().toString())) {
            Response answer = session.askAsUser(ask("GET", reference));
            if (answer.status() != 200) {
                return Outcome.failed("200 to the manifest " + reference, answer.shown(), Advice.LISTS);
            }
            Optional<String> encoding = answer.fields().first("Content-Encoding");
            if (encoding.isPresent()) {
                return Outcome.failed("no Content-Encoding", encoding.get(), Advice.COMPRESSION);
            }
            if (!answer.fields().shown("Content-Type").equals(MEDIA_TYPE)) {
                return Outcome.failed(
                        "Content-Type: " + MEDIA_TYPE, answer.fields().shown("Content-Type"), Advice.MEDIA_TYPE);
            }
            if (!Arrays.equals(answer.body(), pushed.content())) {
                String seen = Blob.of(answer.body()).digest() + ", " + Text.size(answer.body().length);
                return Outcome.failed(pushed.digest() + ", " + Text.size(pushed.size()), seen, Advice.BODY_CHANGED);
            }
        }
        return Outcome.ok("by tag and by digest, byte for byte, with its media type");
    }

    private Outcome head() throws IOException {
        Request request = session.asUser(ask("HEAD", tag));
        return Heads.check(session, request, manifest.orElseThrow(), Optional.of(MEDIA_TYPE));
    }

    private Outcome digestField() throws IOException {
        String expected = manifest.orElseThrow().digest().toString();
        for (String method : List.of("HEAD", "GET")) {
            String seen = session.askAsUser(ask(method, tag)).fields().shown(DIGEST);
            if (!seen.equals(expected)) {
                return Outcome.failed(
                        DIGEST + ": " + expected + " in the answer to " + method, seen, Advice.DIGEST_FIELD);
            }
        }
        return Outcome.ok("passes");
    }

    private Outcome tags() throws IOException {
        Response answer = session.askAsUser(Request.get(session.path("tags/list")));
        if (answer.status() != 200) {
            return Outcome.failed("200 to the list of tags", answer.shown(), Advice.LISTS);
        }
        for (JsonNode listed : JSON.readTree(answer.body()).path("tags")) {
            if (listed.asText().equals(tag)) {
                return Outcome.ok("the tag is listed");
            }
        }
        return Outcome.failed("the tag " + tag + " in the list", answer.text(), Advice.LISTS);
    }
}
