package io.wharfgate.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.http.BodySource;
import io.wharfgate.oci.ByteRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeRequestTest {

    @Test
    void noHeaderBreaksTheReaderAndNoAnswerIsLargerThanTheBlob() {
        String alphabet = "bytes=0123456789-, \t;x";
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder header = new StringBuilder(random.nextInt(4) == 0 ? "" : "bytes=");
            for (int i = random.nextInt(20); i > 0; i--) {
                header.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            int size = random.nextInt(50);
            RangeRequest request = RangeRequest.of(Optional.of(header.toString()), size);
            for (ByteRange range : ranges(request)) {
                assertThat(range.last())
                        .as("seed %d: %s of %d", seed, header, size)
                        .isLessThan(size);
            }
            assertThat(ranges(request).stream().mapToLong(ByteRange::length).sum())
                    .as("seed %d: %s of %d", seed, header, size)
                    .isLessThanOrEqualTo(size);
        }
    }

    @Test
    void tooManyRangesAreNone() {
        String most = "bytes=" + "0-0,".repeat(RangeRequest.MOST_RANGES - 1) + "0-0";
        assertThat(RangeRequest.of(Optional.of(most), 1_000_000)).isInstanceOf(RangeRequest.Parts.class);
        assertThat(RangeRequest.of(Optional.of(most + ",0-0"), 1_000_000)).isEqualTo(new RangeRequest.Whole());
    }

    @Test
    void theUnitIsReadWhateverItsCase() {
        assertThat(RangeRequest.of(Optional.of("Bytes=1-2"), 10)).isEqualTo(new RangeRequest.Part(new ByteRange(1, 2)));
    }

    @Test
    void aBodyOfPartsIsTheSameInPiecesOfAnySize() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] blob = new byte[1 + random.nextInt(300)];
            random.nextBytes(blob);
            List<ByteRange> ranges = new ArrayList<>();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                int first = random.nextInt(blob.length);
                ranges.add(new ByteRange(first, first + random.nextInt(blob.length - first)));
            }
            MultipartRanges body = new MultipartRanges(source(blob, random), ranges, blob.length);
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            while (read.size() < body.length()) {
                ByteBuffer buffer = ByteBuffer.allocate(1 + random.nextInt(100));
                assertThat(body.read(buffer, read.size())).as("seed " + seed).isPositive();
                read.write(buffer.array(), 0, buffer.position());
            }
            assertThat(body.read(ByteBuffer.allocate(1), body.length())).isEqualTo(-1);
            assertThat(read.toByteArray()).as("seed " + seed).isEqualTo(expected(body, blob, ranges));
        }
    }

    private static byte[] expected(MultipartRanges body, byte[] blob, List<ByteRange> ranges) {
        String boundary = body.contentType().substring(body.contentType().indexOf('=') + 1);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (ByteRange range : ranges) {
            expected.writeBytes(("\r\n--" + boundary
                            + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes " + range + "/"
                            + blob.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            expected.write(blob, (int) range.first(), (int) range.length());
        }
        expected.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return expected.toByteArray();
    }

    /** Gives less than it is asked for, as any file may. */
    private static BodySource source(byte[] content, Random random) {
        return new BodySource() {
            @Override
            public int read(ByteBuffer into, long position) {
                int most = Math.min(into.remaining(), content.length - (int) position);
                int count = 1 + random.nextInt(most);
                into.put(content, (int) position, count);
                return count;
            }

            @Override
            public void close() {
                // nothing to close
            }
        };
    }

    private static List<ByteRange> ranges(RangeRequest request) {
        if (request instanceof RangeRequest.Parts parts) {
            return parts.ranges();
        }
        return request instanceof RangeRequest.Part part ? List.of(part.range()) : List.of();
    }
}
