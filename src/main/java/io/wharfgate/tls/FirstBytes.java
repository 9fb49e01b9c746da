package io.wharfgate.tls;

import java.nio.ByteBuffer;

/** What the first bytes of a connection say about its protocol. */
enum FirstBytes {
    /** A handshake record: RFC 8446 section 5.1, ContentType handshake(22) and a legacy version of 3.x. */
    TLS,
    /** An HTTP method and the blank after it. */
    HTTP,
    /** The start of an HTTP method, or nothing at all: wait for more. */
    TOO_FEW,
    OTHER;

    private static final byte HANDSHAKE = 22;
    private static final byte MAJOR_VERSION = 3;

    /** Longer than any registered method (UPDATEREDIRECTREF, UNCHECKOUT and the like are within it). */
    private static final int LONGEST_METHOD = 20;

    private static final int SHORTEST_METHOD = 3;

    /** Looks at the bytes from the buffer's position on, and consumes none. */
    static FirstBytes of(ByteBuffer bytes) {
        int start = bytes.position();
        int length = bytes.remaining();
        if (length > 0 && bytes.get(start) == HANDSHAKE) {
            return length == 1 ? TOO_FEW : bytes.get(start + 1) == MAJOR_VERSION ? TLS : OTHER;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes.get(start + i);
            if (b == ' ' && i >= SHORTEST_METHOD) {
                return HTTP;
            }
            if (b < 'A' || b > 'Z' || i >= LONGEST_METHOD) {
                return OTHER;
            }
        }
        return TOO_FEW;
    }
}
