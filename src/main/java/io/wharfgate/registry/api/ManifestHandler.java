package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.WholeBody;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.Manifests;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /v2/<name>/manifests/<reference>}: GET and HEAD alike, PUT, DELETE. Bytes and media type go out as they came
 * in; {@code Accept} never makes a manifest into another.
 */
final class ManifestHandler {

    private static final HttpString SUBJECT = new HttpString("OCI-Subject");
    private static final HttpString TAG = new HttpString("OCI-Tag");

    /** The specification asks for at least ten; each one is two files. */
    private static final int MOST_TAGS = 100;

    private final Manifests manifests;
    private final Bodies bodies;

    ManifestHandler(Manifests manifests, Bodies bodies) {
        this.manifests = manifests;
        this.bodies = bodies;
    }

    void handle(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Manifest route) throws IOException {
        switch (Allowed.MANIFEST.require(exchange)) {
            case "PUT" -> put(exchange, call, route);
            case "DELETE" -> {
                Allowed.MANIFEST.deleting(exchange, () -> manifests.delete(route.name(), route.reference()));
                Answer answer = Answer.status(202);
                if (route.reference() instanceof Reference.ByDigest byDigest) {
                    answer.header(ContentHeaders.DIGEST, byDigest.toString());
                }
                answer.send(exchange);
            }
            default -> get(exchange, route);
        }
    }

    private void get(HttpServerExchange exchange, RegistryRoute.Manifest route) throws IOException {
        Manifests.Stored manifest = exchange.getRequestMethod().equals(Methods.HEAD)
                ? manifests.get(route.name(), route.reference())
                : manifests.pull(route.name(), route.reference());
        answer(exchange, manifest);
    }

    /** To GET and HEAD. */
    static void answer(HttpServerExchange exchange, Manifests.Stored manifest) {
        exchange.getResponseHeaders()
                .put(ContentHeaders.DIGEST, manifest.digest().toString())
                .put(Headers.ETAG, ContentHeaders.etag(manifest.digest()));
        if (ContentHeaders.clientHas(exchange, manifest.digest())) {
            Answer.status(304).send(exchange);
        } else {
            Answer.status(200)
                    .body(manifest.mediaType().value(), manifest.content())
                    .send(exchange);
        }
    }

    private void put(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Manifest route) {
        Optional<MediaType> type = pushedType(exchange);
        List<Tag> tags = tags(call);
        bodies.receive(
                exchange, new WholeBody(exchange, Manifests.MAX_SIZE, RegistryError.MANIFEST_TOO_LARGE, content -> {
                    taken(exchange, route, manifests.put(route.name(), route.reference(), tags, type, content), tags);
                }));
    }

    private static void taken(
            HttpServerExchange exchange, RegistryRoute.Manifest route, Manifests.Taken manifest, List<Tag> tags) {
        Answer answer = Answer.status(201)
                .header(Headers.LOCATION, "/v2/" + route.name() + "/manifests/" + manifest.digest())
                .header(ContentHeaders.DIGEST, manifest.digest().toString());
        // Without this the client keeps a list of referrers of its own, under a tag.
        manifest.subject().ifPresent(subject -> answer.header(SUBJECT, subject.toString()));
        tags.forEach(tag -> exchange.getResponseHeaders().add(TAG, tag.value()));
        if (manifest.missing() > 0) {
            answer.header(
                    Headers.WARNING,
                    "299 - \"" + manifest.missing() + " of the contents that this manifest refers to are not in the"
                            + " repository; it cannot be pulled whole\"");
        }
        answer.send(exchange);
    }

    /** {@code ?tag=a&tag=b} (OCI distribution specification, "Pushing Manifests"). */
    private static List<Tag> tags(RegistryCall call) {
        List<String> tags = call.query().all("tag");
        if (tags.size() > MOST_TAGS) {
            throw new RegistryException(
                    RegistryError.TOO_MANY_TAGS, RegistryError.TOO_MANY_TAGS.message(), Map.of("most", "" + MOST_TAGS));
        }
        return tags.stream().map(Tag::parse).distinct().toList();
    }

    private static Optional<MediaType> pushedType(HttpServerExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        String type = header.trim();
        if (!MediaType.isValid(type)) {
            throw new RegistryException(RegistryError.MANIFEST_INVALID, "Content-Type is not a media type");
        }
        return Optional.of(new MediaType(type));
    }
}
