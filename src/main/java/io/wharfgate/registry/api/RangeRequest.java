package io.wharfgate.registry.api;

import io.wharfgate.oci.ByteRange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@code Range} header asks for, of content of a known size (RFC 9110, 14.1 and 14.2). */
sealed interface RangeRequest {

    /** Everything: no range, one in another unit or one that cannot be read, or several of them. */
    record Whole() implements RangeRequest {}

    /** One part, clamped to what is there. */
    record Part(ByteRange range) implements RangeRequest {}

    /** A range that begins behind the end. */
    record Unsatisfiable() implements RangeRequest {}

    Pattern ONE_RANGE = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /** Reads a header. What is no valid range is as if it were not there, as the RFC wants it. */
    static RangeRequest of(Optional<String> header, long size) {
        Matcher range = ONE_RANGE.matcher(header.orElse(""));
        if (!range.matches()) {
            return new Whole();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(Long.parseLong(last), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return new Whole();
        }
        return from >= size ? new Unsatisfiable() : new Part(new ByteRange(from, Math.min(to, size - 1)));
    }

    private static RangeRequest suffix(long length, long size) {
        if (length == 0 || size == 0) {
            return new Unsatisfiable();
        }
        return new Part(new ByteRange(Math.max(0, size - length), size - 1));
    }
}
