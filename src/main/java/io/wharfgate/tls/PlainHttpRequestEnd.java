package io.wharfgate.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where an unwanted HTTP request ends. Only as exact as needed for closing its connection without a reset: the
 * answer does not depend on it, and nothing of the request is used.
 */
final class PlainHttpRequestEnd {

    private static final int MAX_HEAD = 64 << 10;
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:[ \\t]*(\\d{1,18})[ \\t]*\\r?$");
    private static final Pattern CHUNKED = Pattern.compile("(?im)^transfer-encoding:.*chunked");
    private static final Pattern EXPECT = Pattern.compile("(?im)^expect:[ \\t]*100-continue");

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final ChunksEnd chunks = new ChunksEnd();
    private boolean inBody;
    private boolean chunked;
    private long bodyLeft;
    private int lineFeeds;

    /** Takes all the bytes there are. */
    void consume(ByteBuffer bytes) {
        while (!inBody && bytes.hasRemaining()) {
            byte b = bytes.get();
            head.write(b);
            if (b == '\n') {
                lineFeeds++;
            } else if (b != '\r') {
                lineFeeds = 0;
            }
            if (lineFeeds == 2) {
                beginBody();
            } else if (head.size() == MAX_HEAD) {
                inBody = true;
                bodyLeft = UNKNOWN;
            }
        }
        if (inBody && chunked) {
            chunks.consume(bytes);
        } else if (inBody && bodyLeft != UNKNOWN) {
            bodyLeft -= Math.min(bodyLeft, bytes.remaining());
        }
        bytes.position(bytes.limit());
    }

    private void beginBody() {
        inBody = true;
        String text = head.toString(StandardCharsets.ISO_8859_1);
        Matcher length = LENGTH.matcher(text);
        if (EXPECT.matcher(text).find()) {
            bodyLeft = 0; // the client waits for a go-ahead, which it does not get
        } else if (CHUNKED.matcher(text).find()) {
            chunked = true;
        } else if (length.find()) {
            bodyLeft = Long.parseLong(length.group(1));
        }
    }

    boolean isOver() {
        return inBody && (chunked ? chunks.isOver() : bodyLeft == 0);
    }

    boolean isHead() {
        byte[] start = head.toByteArray();
        return start.length >= 5 && new String(start, 0, 5, StandardCharsets.US_ASCII).equals("HEAD ");
    }

    /** Waits for the last chunk, {@code 0 CRLF CRLF}. The same bytes inside a chunk end it early, which is harmless. */
    private static final class ChunksEnd {

        private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        private int matched;

        void consume(ByteBuffer bytes) {
            while (bytes.hasRemaining() && !isOver()) {
                byte b = bytes.get();
                if (b == LAST[matched]) {
                    matched++;
                } else {
                    matched = b == LAST[0] ? 1 : 0;
                }
            }
        }

        boolean isOver() {
            return matched == LAST.length;
        }
    }
}
