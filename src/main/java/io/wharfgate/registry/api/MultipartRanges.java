package io.wharfgate.registry.api;

import io.wharfgate.http.BodySource;
import io.wharfgate.oci.ByteRange;
import io.wharfgate.oci.MediaType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Several ranges of a blob as one body, {@code multipart/byteranges} (RFC 9110, 14.6), made while it is read: nothing
 * of the blob is kept. Closes the blob.
 */
final class MultipartRanges implements BodySource {

    /** A stretch of the body: some text, and then a range of the blob. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stretch(long start, byte[] text, long blobFirst, long blobLength) {
        long end() {
            return start + text.length + blobLength;
        }
    }

    private final BodySource blob;
    private final String boundary = UUID.randomUUID().toString();
    private final List<Stretch> stretches = new ArrayList<>();

    /** Index of the stretch that was read last: bodies are read from the front to the back. */
    private int current;

    MultipartRanges(BodySource blob, List<ByteRange> ranges, long size) {
        this.blob = blob;
        for (ByteRange range : ranges) {
            String head = "\r\n--" + boundary + "\r\nContent-Type: " + MediaType.OCTET_STREAM
                    + "\r\nContent-Range: bytes " + range + "/" + size + "\r\n\r\n";
            add(head, range.first(), range.length());
        }
        add("\r\n--" + boundary + "--\r\n", 0, 0);
    }

    String contentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /** Of the whole body, in bytes. */
    long length() {
        return stretches.get(stretches.size() - 1).end();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        if (position >= length()) {
            return -1;
        }
        Stretch stretch = at(position);
        long offset = position - stretch.start();
        if (offset < stretch.text().length) {
            int count = Math.min(into.remaining(), stretch.text().length - (int) offset);
            into.put(stretch.text(), (int) offset, count);
            return count;
        }
        long inRange = offset - stretch.text().length;
        int limit = into.limit();
        into.limit(into.position() + (int) Math.min(into.remaining(), stretch.blobLength() - inRange));
        try {
            return blob.read(into, stretch.blobFirst() + inRange);
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public void close() throws IOException {
        blob.close();
    }

    private void add(String head, long first, long length) {
        long start = stretches.isEmpty() ? 0 : length();
        stretches.add(new Stretch(start, head.getBytes(StandardCharsets.US_ASCII), first, length));
    }

    private Stretch at(long position) {
        if (position < stretches.get(current).start()) {
            current = 0;
        }
        while (position >= stretches.get(current).end()) {
            current++;
        }
        return stretches.get(current);
    }
}
