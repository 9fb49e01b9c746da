package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.http.Bodies;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Blobs;
import io.wharfgate.registry.UploadWriter;
import io.wharfgate.registry.Uploads;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code /v2/<name>/blobs/uploads/}: begins uploads (POST, also with the whole blob or as a mount), takes chunks (PATCH),
 * closes (PUT), tells how far one is (GET) and drops it (DELETE). Every Location is a path: with another host in it,
 * containerd drops its credentials.
 */
final class UploadHandler {

    private final Uploads uploads;
    private final Blobs blobs;
    private final Bodies bodies;
    private final UploadTurns turns;

    UploadHandler(Uploads uploads, Blobs blobs, Bodies bodies, UploadTurns turns) {
        this.uploads = uploads;
        this.blobs = blobs;
        this.bodies = bodies;
        this.turns = turns;
    }

    void start(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Uploads route) throws IOException {
        Allowed.UPLOADS.require(exchange);
        Optional<Digest> digest = call.query().one("digest").map(Digest::parse);
        if (digest.isPresent()) {
            receiveWhole(exchange, route.name(), digest.get());
            return;
        }
        Optional<Digest> mounting = call.query().one("mount").map(Digest::parse);
        if (mounting.isPresent() && mounted(exchange, call, route.name(), mounting.get())) {
            return;
        }
        DigestAlgorithm algorithm = call.query()
                .one("digest-algorithm")
                .map(UploadHandler::algorithm)
                .or(() -> mounting.map(Digest::algorithm))
                .orElse(DigestAlgorithm.SHA256);
        UploadAnswers.accepted(route.name(), uploads.start(route.name(), algorithm), 0)
                .send(exchange);
    }

    /** The whole blob in one request. The client never learns the session's id, so what fails is dropped. */
    private void receiveWhole(HttpServerExchange exchange, RepositoryName name, Digest expected) throws IOException {
        UploadId id = uploads.start(name, expected.algorithm());
        ChunkSink.Ending ending = new ChunkSink.Ending() {
            @Override
            public void completed(UploadWriter writer) throws IOException {
                commit(exchange, name, writer, expected);
            }

            @Override
            public void failed() throws IOException {
                drop(name, id);
            }
        };
        UploadWriter writer = uploads.open(name, id);
        boolean handedOver = false;
        try {
            announce(exchange, writer);
            bodies.receive(exchange, new ChunkSink(exchange, writer, Optional.empty(), ending));
            handedOver = true;
        } finally {
            if (!handedOver) {
                writer.close();
                drop(name, id);
            }
        }
    }

    /** A client that says how much is to come need not send it first to hear that there is no room. */
    private static void announce(HttpServerExchange exchange, UploadWriter writer) throws IOException {
        writer.announce(Math.max(0, exchange.getRequestContentLength()));
    }

    private void drop(RepositoryName name, UploadId id) throws IOException {
        try {
            uploads.cancel(name, id);
        } catch (RegistryException e) {
            // A wrong digest has ended the session already; the client is to hear of that, not of this.
            if (e.error() != RegistryError.BLOB_UPLOAD_UNKNOWN) {
                throw e;
            }
        }
    }

    private static void commit(HttpServerExchange exchange, RepositoryName name, UploadWriter writer, Digest expected)
            throws IOException {
        Digest digest;
        try (writer) {
            digest = writer.commit(expected);
        }
        UploadAnswers.created(name, digest).send(exchange);
    }

    /** Tries to mount; a source that lacks the blob or may not be read leads to an upload, as the specification wants. */
    private boolean mounted(HttpServerExchange exchange, RegistryCall call, RepositoryName target, Digest digest)
            throws IOException {
        Optional<RepositoryName> source = call.query().one("from").map(RepositoryName::parse);
        if (!mount(call, target, source, digest)) {
            return false;
        }
        UploadAnswers.created(target, digest).send(exchange);
        return true;
    }

    /** Without a source, from wherever the client could pull it. */
    private boolean mount(RegistryCall call, RepositoryName target, Optional<RepositoryName> source, Digest digest)
            throws IOException {
        return source.isPresent()
                ? call.rights().mayPull(source.get()) && blobs.mount(target, source.get(), digest)
                : blobs.mountFromAny(target, digest, call.rights()::mayPull);
    }

    void handle(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Upload route) throws IOException {
        switch (Allowed.UPLOAD.require(exchange)) {
            case "PATCH" -> turns.await(route, exchange, () -> patch(exchange, route));
            case "PUT" -> turns.await(route, exchange, () -> put(exchange, call, route));
            case "DELETE" -> turns.await(route, exchange, () -> cancel(exchange, route));
            default ->
                UploadAnswers.progress(204, route.name(), route.id(), uploads.offset(route.name(), route.id()))
                        .send(exchange);
        }
    }

    private void cancel(HttpServerExchange exchange, RegistryRoute.Upload route) throws IOException {
        uploads.cancel(route.name(), route.id());
        Answer.status(204).send(exchange);
    }

    private void patch(HttpServerExchange exchange, RegistryRoute.Upload route) throws IOException {
        receive(exchange, route, writer -> {
            long offset = writer.offset();
            writer.close();
            UploadAnswers.accepted(route.name(), route.id(), offset).send(exchange);
        });
    }

    private void put(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Upload route) throws IOException {
        Digest expected = call.query()
                .one("digest")
                .map(Digest::parse)
                .orElseThrow(() -> new RegistryException(
                        RegistryError.DIGEST_INVALID, "query parameter 'digest' is missing: the digest of the blob"));
        receive(exchange, route, writer -> commit(exchange, route.name(), writer, expected));
    }

    private void receive(HttpServerExchange exchange, RegistryRoute.Upload route, ChunkSink.Ending ending)
            throws IOException {
        Optional<ChunkRange> range = ChunkRange.of(
                Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.CONTENT_RANGE)),
                exchange.getRequestContentLength());
        UploadWriter writer = uploads.open(route.name(), route.id());
        boolean handedOver = false;
        try {
            if (range.isPresent() && range.get().first() != writer.offset()) {
                long offset = writer.offset();
                // Before the answer: whoever reads it goes on at once, and must not find the session occupied.
                writer.close();
                UploadAnswers.outOfOrder(route.name(), route.id(), offset).send(exchange);
                return;
            }
            announce(exchange, writer);
            ChunkSink sink = new ChunkSink(exchange, writer, range, ending);
            turns.begin(route, exchange, sink);
            bodies.receive(exchange, sink);
            handedOver = true;
        } finally {
            if (!handedOver) {
                writer.close();
            }
        }
    }

    private static DigestAlgorithm algorithm(String name) {
        return DigestAlgorithm.named(name)
                .orElseThrow(() -> new RegistryException(
                        RegistryError.DIGEST_INVALID, "digest-algorithm is not supported; sha256 and sha512 are"));
    }
}
