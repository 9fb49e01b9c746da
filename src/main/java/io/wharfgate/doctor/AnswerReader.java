package io.wharfgate.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads answers as RFC 9112 has them, and forgives nothing: what two programs could read differently is a finding. Bounded,
 * whatever comes. Not thread-safe.
 */
final class AnswerReader {

    /** How the end of a body is known. */
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    static final int LARGEST_BODY = 32 * 1024 * 1024;
    private static final int LARGEST_HEAD = 64 * 1024;
    private static final Pattern STATUS_LINE = Pattern.compile("(HTTP/1\\.[01]) ([1-5][0-9]{2})(?: [^\\r\\n]*)?");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,8})[ \\t]*(?:;.*)?");

    private final InputStream in;
    private int headBytes;

    /** @param in buffered; not closed */
    AnswerReader(InputStream in) {
        this.in = in;
    }

    /** A head that was read, whose body comes next. */
    record Head(String version, int status, Fields fields) {}

    Head head() throws IOException {
        headBytes = 0;
        String first = line();
        Matcher status = STATUS_LINE.matcher(first);
        if (!status.matches()) {
            throw new WireException("not HTTP/1.1: the answer begins with \"" + shortened(first) + "\"");
        }
        var fields = new ArrayList<Fields.Field>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new WireException("a line in the answer's head that is no field: \"" + shortened(line) + "\"");
            }
            fields.add(new Fields.Field(field.group(1), field.group(2)));
        }
        return new Head(status.group(1), Integer.parseInt(status.group(2)), new Fields(fields));
    }

    /** RFC 9112 section 6.3. */
    static Framing framing(String method, Head head) throws WireException {
        if (method.equals("HEAD") || head.status() < 200 || head.status() == 204 || head.status() == 304) {
            return Framing.NONE;
        }
        List<String> codings = head.fields().all("Transfer-Encoding");
        if (!codings.isEmpty()) {
            if (!head.fields().all("Content-Length").isEmpty()) {
                throw new WireException("an answer with both Transfer-Encoding and Content-Length");
            }
            if (codings.size() != 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                throw new WireException("an answer in the transfer coding " + shortened(String.join(", ", codings)));
            }
            return Framing.CHUNKED;
        }
        return head.fields().all("Content-Length").isEmpty() ? Framing.UNTIL_CLOSE : Framing.LENGTH;
    }

    byte[] body(Framing framing, Head head) throws IOException {
        return switch (framing) {
            case NONE -> new byte[0];
            case LENGTH -> exactly(length(head.fields()));
            case CHUNKED -> chunks();
            case UNTIL_CLOSE -> untilClose();
        };
    }

    /** The one Content-Length, as a number. */
    static long length(Fields fields) throws WireException {
        List<String> lengths = fields.all("Content-Length");
        if (lengths.size() != 1 || !lengths.get(0).matches("[0-9]{1,18}")) {
            throw new WireException("Content-Length: " + shortened(String.join(" and ", lengths)));
        }
        return Long.parseLong(lengths.get(0));
    }

    private byte[] exactly(long length) throws IOException {
        if (length > LARGEST_BODY) {
            throw new WireException("an answer of " + length + " bytes where a small one was due");
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new WireException("the connection ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private byte[] chunks() throws IOException {
        var whole = new ByteArrayOutputStream();
        headBytes = 0;
        while (true) {
            String line = line();
            Matcher size = CHUNK.matcher(line);
            if (!size.matches()) {
                throw new WireException("a chunk that begins with \"" + shortened(line) + "\"");
            }
            long length = Long.parseLong(size.group(1), 16);
            if (length == 0) {
                skipTrailer();
                return whole.toByteArray();
            }
            whole.writeBytes(exactly(Math.addExact(length, whole.size()) > LARGEST_BODY ? Long.MAX_VALUE : length));
            if (!line().isEmpty()) {
                throw new WireException("a chunk that is longer than it says");
            }
            headBytes = 0;
        }
    }

    private void skipTrailer() throws IOException {
        while (!line().isEmpty()) {
            // Nothing that is checked comes in a trailer.
        }
    }

    private byte[] untilClose() throws IOException {
        byte[] bytes = in.readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) {
            throw new WireException("an answer that does not end where a small one was due");
        }
        return bytes;
    }

    /** A line without its end; a bare LF ends one too, as every client has it. */
    private String line() throws IOException {
        var line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new WireException(
                        headBytes == 0
                                ? "the connection was closed without an answer"
                                : "the connection ended in the head of the answer");
            }
            if (++headBytes > LARGEST_HEAD) {
                throw new WireException("the head of the answer is larger than " + LARGEST_HEAD / 1024 + " KiB");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
