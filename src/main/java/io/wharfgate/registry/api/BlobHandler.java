package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.wharfgate.http.Answer;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.BodySource;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.oci.ByteRange;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.registry.BlobContent;
import io.wharfgate.registry.Blobs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code /v2/<name>/blobs/<digest>}: HEAD, GET with Range, DELETE. The length is always known and the content never
 * encoded: clients advertise gzip, and would decode what is meant to stay as it is.
 */
final class BlobHandler {

    private static final String IMMUTABLE = "max-age=31536000, immutable";

    private final Blobs blobs;
    private final Bodies bodies;

    BlobHandler(Blobs blobs, Bodies bodies) {
        this.blobs = blobs;
        this.bodies = bodies;
    }

    void handle(HttpServerExchange exchange, RegistryRoute.Blob route) throws IOException {
        if (Allowed.CONTENT.require(exchange).equals("DELETE")) {
            Allowed.CONTENT.deleting(exchange, () -> blobs.delete(route.name(), route.digest()));
            Answer.status(202)
                    .header(ContentHeaders.DIGEST, route.digest().toString())
                    .send(exchange);
        } else if (exchange.getRequestMethod().equals(Methods.HEAD)) {
            long size = blobs.size(route.name(), route.digest())
                    .orElseThrow(() -> new RegistryException(RegistryError.BLOB_UNKNOWN)
                            .with("digest", route.digest().toString()));
            describe(exchange, route.digest());
            Answer answer = ContentHeaders.clientHas(exchange, route.digest())
                    ? Answer.status(304)
                    : Answer.status(200).announce(size);
            answer.send(exchange);
        } else {
            get(exchange, route);
        }
    }

    private void get(HttpServerExchange exchange, RegistryRoute.Blob route) throws IOException {
        BlobContent content = blobs.open(route.name(), route.digest());
        boolean handedOver = false;
        try {
            handedOver = answer(exchange, route.digest(), content);
        } finally {
            if (!handedOver) {
                content.close();
            }
        }
    }

    /** Whether the content is on its way, and will be closed when it is out. */
    private boolean answer(HttpServerExchange exchange, Digest digest, BlobContent content) throws IOException {
        long size = content.size();
        if (ContentHeaders.clientHas(exchange, digest)) {
            describe(exchange, digest);
            Answer.status(304).send(exchange);
            return false;
        }
        RangeRequest wanted = RangeRequest.of(rangeHeader(exchange, digest), size);
        if (wanted instanceof RangeRequest.Unsatisfiable) {
            ErrorWriter.answer(new RegistryException(RegistryError.RANGE_INVALID))
                    .header(Headers.CONTENT_RANGE, "bytes */" + size)
                    .header(ContentHeaders.DIGEST, digest.toString())
                    .send(exchange);
            return false;
        }
        describe(exchange, digest);
        if (size == 0) {
            Answer.status(200).send(exchange);
            return false;
        }
        if (wanted instanceof RangeRequest.Part part) {
            ByteRange range = part.range();
            exchange.setStatusCode(206);
            exchange.getResponseHeaders().put(Headers.CONTENT_RANGE, "bytes " + range + "/" + size);
            send(exchange, new Content(content), range.first(), range.length());
        } else if (wanted instanceof RangeRequest.Parts parts) {
            MultipartRanges body = new MultipartRanges(new Content(content), parts.ranges(), size);
            exchange.setStatusCode(206);
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, body.contentType());
            send(exchange, body, 0, body.length());
        } else {
            send(exchange, new Content(content), 0, size);
        }
        return true;
    }

    private void send(HttpServerExchange exchange, BodySource body, long position, long length) {
        exchange.setResponseContentLength(length);
        bodies.send(exchange, body, position, length);
    }

    /** A range counts only when the client's copy, if it names one, is of this content (If-Range). */
    private static Optional<String> rangeHeader(HttpServerExchange exchange, Digest digest) {
        HeaderMap headers = exchange.getRequestHeaders();
        String ifRange = headers.getFirst(Headers.IF_RANGE);
        boolean stale = ifRange != null && !ifRange.equals(ContentHeaders.etag(digest));
        return stale ? Optional.empty() : Optional.ofNullable(headers.getFirst(Headers.RANGE));
    }

    private static void describe(HttpServerExchange exchange, Digest digest) {
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, MediaType.OCTET_STREAM.value())
                .put(ContentHeaders.DIGEST, digest.toString())
                .put(Headers.ETAG, ContentHeaders.etag(digest))
                .put(Headers.ACCEPT_RANGES, "bytes")
                .put(Headers.CACHE_CONTROL, IMMUTABLE);
    }

    private record Content(BlobContent blob) implements BodySource {
        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return blob.read(into, position);
        }

        @Override
        public void close() throws IOException {
            blob.close();
        }
    }
}
