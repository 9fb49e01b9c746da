package io.wharfgate.client.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request, which can be sent more than once. Immutable.
 *
 * @param fields header fields, without any login
 */
record HttpCall(String method, URI uri, Map<String, String> fields, Optional<Body> body) {

    HttpCall {
        fields = Map.copyOf(fields);
    }

    /** What is sent. Opened anew for each attempt. */
    interface Body {
        /** Bytes. */
        long length();

        InputStream open() throws IOException;

        static Body of(byte[] content) {
            return new Body() {
                @Override
                public long length() {
                    return content.length;
                }

                @Override
                public InputStream open() {
                    return new java.io.ByteArrayInputStream(content);
                }
            };
        }
    }

    static HttpCall of(String method, URI uri) {
        return new HttpCall(method, uri, Map.of(), Optional.empty());
    }

    HttpCall with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new HttpCall(method, uri, more, body);
    }

    HttpCall with(Body content) {
        return new HttpCall(method, uri, fields, Optional.of(content));
    }

    HttpCall to(URI other) {
        return new HttpCall(method, other, fields, body);
    }
}
