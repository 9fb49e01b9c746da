package io.wharfgate.client.remote;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** The answer to one request; its body is still to be read. Whoever got it closes it. For one thread. */
final class HttpAnswer implements Closeable {

    /** A body up to here is read for the sake of the connection, and for what an error says. */
    private static final int SHORT = 64 * 1024;

    private final ClassicHttpResponse response;
    private final URI uri;

    HttpAnswer(ClassicHttpResponse response, URI uri) {
        this.response = response;
        this.uri = uri;
    }

    int status() {
        return response.getCode();
    }

    /** What was asked for, after redirects. */
    URI uri() {
        return uri;
    }

    Optional<String> field(String name) {
        return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
    }

    List<String> fields(String name) {
        List<String> values = new ArrayList<>();
        for (Header header : response.getHeaders(name)) {
            values.add(header.getValue());
        }
        return values;
    }

    /** Length of the body that was announced; empty when none was, or nonsense. */
    Optional<Long> length() {
        return field("Content-Length")
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf);
    }

    /** The body; to be read to its end, if the connection is to be used again. Closing it closes the answer. */
    InputStream body() throws IOException {
        if (response.getEntity() == null) {
            return InputStream.nullInputStream();
        }
        return response.getEntity().getContent();
    }

    /** The whole body, when it is not longer than that; else as much of it and a byte. */
    byte[] bytes(int most) throws IOException {
        return body().readNBytes(most + 1);
    }

    /** What is left of a short body is read, so that the connection can be used again. */
    @Override
    public void close() throws IOException {
        try {
            if (length().orElse(0L) <= SHORT) {
                body().readNBytes(SHORT);
            }
        } catch (IOException e) {
            // Then the connection goes; the answer was used already.
        } finally {
            response.close();
        }
    }
}
