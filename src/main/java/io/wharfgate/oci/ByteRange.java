package io.wharfgate.oci;

/**
 * A run of bytes, both ends counted, as {@code Range} and {@code Content-Range} speak of them (RFC 9110, 14.1.2).
 *
 * @param first offset of the first byte, at least 0
 * @param last offset of the last byte, at least {@code first}
 */
public record ByteRange(long first, long last) {

    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("not a range: " + first + "-" + last);
        }
    }

    /** Number of bytes in the range. */
    public long length() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
