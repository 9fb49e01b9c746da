package io.wharfgate.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.SettableClock;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleHashesTest {

    private final SettableClock clock = new SettableClock();
    private final IdleHashes hashes = new IdleHashes(clock);

    @Test
    void aHashIsGivenOutOnce() {
        UploadSession.Key key = key();
        RunningHash hash = new RunningHash(DigestAlgorithm.SHA256);
        hashes.put(key, hash);

        assertThat(hashes.take(key)).containsSame(hash);
        assertThat(hashes.take(key)).isEmpty();
    }

    @Test
    void theOldestGivesWay() {
        List<UploadSession.Key> keys = new ArrayList<>();
        for (int i = 0; i < IdleHashes.MOST + 2; i++) {
            keys.add(key());
            hashes.put(keys.get(i), new RunningHash(DigestAlgorithm.SHA256));
        }

        assertThat(hashes.take(keys.get(0))).isEmpty();
        assertThat(hashes.take(keys.get(1))).isEmpty();
        assertThat(hashes.take(keys.get(2))).isPresent();
    }

    @Test
    void whatIsIdleForTooLongIsForgotten() {
        UploadSession.Key old = key();
        UploadSession.Key young = key();
        hashes.put(old, new RunningHash(DigestAlgorithm.SHA256));
        clock.advance(IdleHashes.LONGEST);
        hashes.put(young, new RunningHash(DigestAlgorithm.SHA256));
        clock.advance(Duration.ofSeconds(1));
        hashes.put(key(), new RunningHash(DigestAlgorithm.SHA256));

        assertThat(hashes.take(old)).isEmpty();
        assertThat(hashes.take(young)).isPresent();
    }

    private static UploadSession.Key key() {
        return new UploadSession.Key(new RepositoryName("a"), UploadId.random());
    }
}
