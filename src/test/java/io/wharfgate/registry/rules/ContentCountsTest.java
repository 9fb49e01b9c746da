package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.Image;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentCountsTest {

    @Test
    void countsAsAMapDoes() {
        Fuzz.rounds(20, random -> {
            ContentCounts counts = new ContentCounts();
            Map<Digest, Integer> model = new HashMap<>();
            List<Digest> digests = digests(random, 1 + random.nextInt(2_000));
            for (int i = 0; i < 5_000; i++) {
                Digest digest = digests.get(random.nextInt(digests.size()));
                if (random.nextInt(3) > 0) {
                    assertThat(counts.add(digest, size(digest))).isEqualTo(model.merge(digest, 1, Integer::sum) == 1);
                } else {
                    int before = model.getOrDefault(digest, 0);
                    model.put(digest, Math.max(0, before - 1));
                    assertThat(counts.remove(digest)).isEqualTo(before == 1 ? size(digest) : 0);
                }
                assertThat(counts.has(digest)).isEqualTo(model.getOrDefault(digest, 0) > 0);
            }
        });
    }

    @Test
    void theSameBitsOfAnotherAlgorithmAreOtherContent() {
        ContentCounts counts = new ContentCounts();
        Digest sha256 = new Digest(DigestAlgorithm.SHA256, "1".repeat(64));
        Digest sha512 = new Digest(DigestAlgorithm.SHA512, "1".repeat(128));
        assertThat(counts.add(sha256, 1)).isTrue();
        assertThat(counts.add(sha512, 1)).isTrue();
    }

    private static List<Digest> digests(Random random, int count) {
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            digests.add(Digest.of(DigestAlgorithm.SHA256, Image.bytes("" + random.nextLong())));
        }
        return digests;
    }

    private static long size(Digest digest) {
        return (digest.hashCode() & 0xffff) | 1;
    }
}
