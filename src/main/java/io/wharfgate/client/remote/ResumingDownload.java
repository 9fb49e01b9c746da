package io.wharfgate.client.remote;

import io.wharfgate.client.ExchangeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of a blob. Where the connection breaks, another one goes on from there. For one thread. */
final class ResumingDownload extends InputStream {

    private final RemoteRegistry registry;
    private final URI uri;
    private final List<String> scopes;
    private final long size;
    private long position;
    private int failures;
    private @Nullable HttpAnswer answer;
    private InputStream body = InputStream.nullInputStream();

    ResumingDownload(RemoteRegistry registry, URI uri, List<String> scopes, long size, long offset) throws IOException {
        this.registry = registry;
        this.uri = uri;
        this.scopes = scopes;
        this.size = size;
        this.position = offset;
        registry.retries().run(() -> {
            connect();
            return uri;
        });
    }

    private void connect() throws IOException {
        drop();
        HttpCall call = HttpCall.of("GET", uri).with("Accept", "*/*");
        HttpAnswer next = registry.send(position == 0 ? call : call.with("Range", "bytes=" + position + "-"), scopes);
        boolean good = false;
        try {
            if (next.status() == 404) {
                throw new ExchangeException(
                        registry.host() + " lacks a blob that its manifest names: " + uri.getPath());
            }
            registry.expect(next, 200, 206);
            requireStart(next);
            // A registry that knows no ranges sends all of it again.
            body = next.body();
            if (next.status() == 200) {
                body.skipNBytes(position);
            }
            answer = next;
            good = true;
        } finally {
            if (!good) {
                next.close();
            }
        }
    }

    private void requireStart(HttpAnswer next) throws ExchangeException {
        long announced = next.length().orElse(-1L) + (next.status() == 206 ? position : 0);
        boolean starts = next.status() != 206
                || next.field("Content-Range")
                        .filter(r -> r.startsWith("bytes " + position + "-"))
                        .isPresent();
        if (!starts || (next.length().isPresent() && announced != size)) {
            throw new ExchangeException(registry.host() + " gives " + announced + " bytes for a blob of " + size
                    + ", or another part of it than was asked for: " + uri.getPath());
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int n = read(one, 0, 1);
        return n < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int start, int length) throws IOException {
        if (position >= size) {
            return -1;
        }
        while (true) {
            try {
                int n = body.read(buffer, start, length);
                if (n < 0) {
                    throw new IOException(registry.host() + " broke off at " + position + " of " + size + " bytes");
                }
                position += n;
                failures = n > 0 ? 0 : failures;
                if (position == size && body.read() >= 0) {
                    throw new ExchangeException(
                            registry.host() + " gives more than " + size + " bytes: " + uri.getPath());
                }
                return n;
            } catch (IOException e) {
                registry.retries().pause(e, ++failures);
                registry.retries().run(() -> {
                    connect();
                    return uri;
                });
            }
        }
    }

    private void drop() throws IOException {
        HttpAnswer old = answer;
        answer = null;
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() throws IOException {
        drop();
    }
}
