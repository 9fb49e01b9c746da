package io.wharfgate.client.remote;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Printable;
import io.wharfgate.client.VerifiedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One blob on its way into a registry, as Docker does it: POST begins, one PATCH brings the bytes, PUT with the digest ends (OCI
 * distribution specification, "Pushing blobs"). Where the connection breaks, another PATCH goes on from what the registry says it
 * has; where it does not say so, from the beginning. For one thread.
 */
final class Upload {

    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private final RemoteRepository repository;
    private final RemoteRegistry registry;
    private final VerifiedBlob blob;
    private Optional<URI> location = Optional.empty();
    private long offset;

    Upload(RemoteRepository repository, VerifiedBlob blob) {
        this.repository = repository;
        this.registry = repository.registry();
        this.blob = blob;
    }

    void run() throws IOException {
        long best = -1;
        for (int attempt = 1; ; attempt++) {
            try {
                transfer();
                return;
            } catch (IOException e) {
                registry.retries().pause(e, attempt);
                resume();
                // What moves on may be broken any number of times.
                if (offset > best) {
                    best = offset;
                    attempt = 1;
                }
            }
        }
    }

    private void transfer() throws IOException {
        if (location.isEmpty()) {
            begin();
        }
        if (offset < blob.descriptor().size()) {
            send();
        }
        commit();
    }

    private void begin() throws IOException {
        HttpCall call = HttpCall.of("POST", repository.uri("/blobs/uploads/")).with(HttpCall.Body.of(new byte[0]));
        try (HttpAnswer answer = registry.send(call, repository.pushScopes())) {
            registry.expect(answer, 202);
            location = Optional.of(location(answer));
            offset = 0;
        }
    }

    private void send() throws IOException {
        long from = offset;
        long size = blob.descriptor().size();
        HttpCall call = HttpCall.of("PATCH", location.orElseThrow())
                .with("Content-Type", "application/octet-stream")
                .with(new Rest(from, size - from));
        // Not for the first: some registries take a range for one chunk of many, and want them small.
        HttpCall chunk = from == 0 ? call : call.with("Content-Range", from + "-" + (size - 1));
        try (HttpAnswer answer = registry.send(chunk, repository.pushScopes())) {
            requireKnown(answer);
            registry.expect(answer, 202, 204, 201);
            location = Optional.of(location(answer));
            offset = size;
        }
    }

    private final class Rest implements HttpCall.Body {

        private final long from;
        private final long length;

        Rest(long from, long length) {
            this.from = from;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public InputStream open() throws IOException {
            return blob.open(from);
        }
    }

    private void commit() throws IOException {
        String at = location.orElseThrow().toString();
        String digest = blob.descriptor().digest().toString().replace(":", "%3A");
        URI end = URI.create(at + (at.indexOf('?') < 0 ? "?" : "&") + "digest=" + digest);
        if (blob.descriptor().size() == 0) {
            // Nothing has been read, so nothing verified yet.
            blob.open(0).close();
        }
        HttpCall call = HttpCall.of("PUT", end).with(HttpCall.Body.of(new byte[0]));
        try (HttpAnswer answer = registry.send(call, repository.pushScopes())) {
            requireKnown(answer);
            registry.expect(answer, 201, 204);
        }
    }

    /** An upload may have gone in the meantime, or stand elsewhere than its registry said: then another one is begun. */
    private void requireKnown(HttpAnswer answer) throws IOException {
        if (answer.status() == 404 || answer.status() == 416) {
            location = Optional.empty();
            throw new IOException(registry.host() + " has forgotten the upload of "
                    + blob.descriptor().digest());
        }
    }

    /** Asks how far the upload is; begins a new one when the registry does not say. */
    private void resume() {
        Optional<URI> at = location;
        location = Optional.empty();
        offset = 0;
        if (at.isEmpty()) {
            return;
        }
        try (HttpAnswer answer = registry.send(HttpCall.of("GET", at.get()), repository.pushScopes())) {
            Matcher range = RANGE.matcher(answer.field("Range").orElse(""));
            if (answer.status() == 204 && range.matches()) {
                long last = Long.parseLong(range.group(1));
                // An upload with nothing in it says 0-0 as well; one byte more or less is not worth a difference.
                offset = last == 0 ? 0 : Math.min(last + 1, blob.descriptor().size());
                location = last == 0 ? Optional.empty() : Optional.of(location(answer));
            }
        } catch (IOException e) {
            // The next attempt will tell.
        }
    }

    private URI location(HttpAnswer answer) throws ExchangeException {
        String text = answer.field("Location").orElse("");
        URI uri = RemoteRegistry.resolve(answer.uri(), text)
                .filter(to -> !text.isEmpty())
                .orElseThrow(() -> new ExchangeException(registry.host() + " tells no address for an upload: '"
                        + Printable.of(text.replaceFirst("(?s)[?#].*", "")) + "'"));
        URI own = registry.host().uri();
        if (own.getScheme().equals("https") && uri.getScheme().equalsIgnoreCase("http")) {
            if (!uri.getHost().equalsIgnoreCase(own.getHost())) {
                throw new ExchangeException(
                        registry.host() + " sends an upload from https to plain http, which is refused");
            }
            // Behind a proxy that does not tell it of TLS, a registry takes itself for a plain one.
            return URI.create(own + uri.toString().substring(uri.toString().indexOf(uri.getRawPath())));
        }
        return uri;
    }
}
