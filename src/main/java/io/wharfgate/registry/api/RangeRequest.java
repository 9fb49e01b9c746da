package io.wharfgate.registry.api;

import io.wharfgate.oci.ByteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@code Range} header asks for, of content of a known size (RFC 9110, 14.1 and 14.2). */
sealed interface RangeRequest {

    /** Everything: no range, one in another unit or one that cannot be read, or more than there is in all. */
    record Whole() implements RangeRequest {}

    /** One part, clamped to what is there. */
    record Part(ByteRange range) implements RangeRequest {}

    /** Several parts, in the order in which they were asked for, each clamped to what is there. */
    record Parts(List<ByteRange> ranges) implements RangeRequest {}

    /** Ranges that begin behind the end, or end before they begin. */
    record Unsatisfiable() implements RangeRequest {}

    String UNIT = "bytes=";

    /** Lazy pulls ask for some dozens at once; each one costs a header of its own. */
    int MOST_RANGES = 1000;

    Pattern ONE_RANGE = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

    /** Reads a header. What is not of this form is as if it were not there, as the RFC wants it. */
    static RangeRequest of(Optional<String> header, long size) {
        String text = header.orElse("");
        if (!text.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
            return new Whole();
        }
        List<ByteRange> ranges = new ArrayList<>();
        int asked = 0;
        for (String one : text.substring(UNIT.length()).split(",", -1)) {
            Matcher range = ONE_RANGE.matcher(one.trim());
            if (!range.matches() || one.trim().equals("-") || ++asked > MOST_RANGES) {
                return new Whole();
            }
            if (endsBeforeItBegins(range)) {
                // Such a header may be ignored or refused; a client that sent it by mistake is helped by the latter.
                return new Unsatisfiable();
            }
            clamp(range, size).ifPresent(ranges::add);
        }
        return answer(ranges, size);
    }

    /** Overlapping ranges must not make an answer many times as large as the blob (RFC 9110, 17.15). */
    private static RangeRequest answer(List<ByteRange> ranges, long size) {
        if (ranges.isEmpty()) {
            return new Unsatisfiable();
        }
        if (ranges.size() == 1) {
            return new Part(ranges.get(0));
        }
        long all = 0;
        for (ByteRange range : ranges) {
            all += range.length();
        }
        return all > size ? new Whole() : new Parts(List.copyOf(ranges));
    }

    private static boolean endsBeforeItBegins(Matcher range) {
        String first = range.group(1);
        String last = range.group(2);
        return !first.isEmpty() && !last.isEmpty() && Long.parseLong(last) < Long.parseLong(first);
    }

    private static Optional<ByteRange> clamp(Matcher range, long size) {
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            long length = Math.min(Long.parseLong(last), size);
            return length == 0 ? Optional.empty() : Optional.of(new ByteRange(size - length, size - 1));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        return from >= size ? Optional.empty() : Optional.of(new ByteRange(from, Math.min(to, size - 1)));
    }
}
