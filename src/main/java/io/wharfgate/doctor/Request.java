package io.wharfgate.doctor;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A request exactly as it goes out: nothing is added but {@code Host}, {@code User-Agent} and the framing of the body.
 *
 * @param target path and query, already escaped
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Request(String method, String target, Fields fields, Body body) {

    /** A body and how it is framed. */
    sealed interface Body {

        /** No body and no word about one. */
        record None() implements Body {}

        /** With {@code Content-Length}. */
        record Sized(byte[] content) implements Body {}

        /** {@code Transfer-Encoding: chunked}, as docker pushes layers. */
        record Chunked(byte[] content) implements Body {}
    }

    static Request get(String target) {
        return of("GET", target);
    }

    static Request head(String target) {
        return of("HEAD", target);
    }

    static Request of(String method, String target) {
        return new Request(method, target, Fields.none(), new Body.None());
    }

    Request with(String name, String value) {
        return new Request(method, target, fields.with(name, value), body);
    }

    Request with(String name, Optional<String> value) {
        return value.map(given -> with(name, given)).orElse(this);
    }

    Request sized(byte[] content) {
        return new Request(method, target, fields, new Body.Sized(content));
    }

    Request chunked(byte[] content) {
        return new Request(method, target, fields, new Body.Chunked(content));
    }

    byte[] content() {
        if (body instanceof Body.Sized sized) {
            return sized.content();
        }
        return body instanceof Body.Chunked chunked ? chunked.content() : new byte[0];
    }

    /** Request line and fields, to the empty line. */
    byte[] headBytes(String host) {
        var head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        line(head, "Host", host);
        line(head, "User-Agent", "wharfgate-doctor");
        fields.lines().forEach(field -> line(head, field.name(), field.value()));
        if (body instanceof Body.Sized sized) {
            line(head, "Content-Length", Integer.toString(sized.content().length));
        } else if (body instanceof Body.Chunked) {
            line(head, "Transfer-Encoding", "chunked");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void line(StringBuilder head, String name, String value) {
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line break in the field " + name);
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** Method and target: a request never shows its fields, the login among them. */
    @Override
    public String toString() {
        return method + " " + target;
    }
}
