package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.http.Answer;
import io.wharfgate.http.Bodies;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.registry.Manifests;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code /v2/<name>/manifests/<reference>}: GET and HEAD alike, PUT, DELETE. Bytes and media type go out as they came
 * in; {@code Accept} never makes a manifest into another.
 */
final class ManifestHandler {

    private final Manifests manifests;
    private final Bodies bodies;

    ManifestHandler(Manifests manifests, Bodies bodies) {
        this.manifests = manifests;
        this.bodies = bodies;
    }

    void handle(HttpServerExchange exchange, RegistryRoute.Manifest route) throws IOException {
        switch (Allowed.MANIFEST.require(exchange)) {
            case "PUT" -> put(exchange, route);
            case "DELETE" -> {
                Allowed.MANIFEST.deleting(exchange, () -> manifests.delete(route.name(), route.reference()));
                Answer.status(202).send(exchange);
            }
            default -> get(exchange, route);
        }
    }

    private void get(HttpServerExchange exchange, RegistryRoute.Manifest route) throws IOException {
        Manifests.Stored manifest = manifests.get(route.name(), route.reference());
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

    private void put(HttpServerExchange exchange, RegistryRoute.Manifest route) {
        Optional<MediaType> type = pushedType(exchange);
        bodies.receive(
                exchange, new WholeBody(exchange, Manifests.MAX_SIZE, RegistryError.MANIFEST_TOO_LARGE, content -> {
                    Digest digest = manifests.put(route.name(), route.reference(), type, content);
                    Answer.status(201)
                            .header(Headers.LOCATION, "/v2/" + route.name() + "/manifests/" + digest)
                            .header(ContentHeaders.DIGEST, digest.toString())
                            .send(exchange);
                }));
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
