package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.SettableClock;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.FaultyObjectStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PullTimesTest {

    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final Tag TAG = new Tag("v1");
    private static final Tag OTHER = new Tag("v2");

    private final MemoryStore store = new MemoryStore();
    private final SettableClock clock = new SettableClock();

    @SuppressWarnings("NullAway.Init")
    private RuledRegistry ruled;

    @SuppressWarnings("NullAway.Init")
    private Digest digest;

    @BeforeEach
    void open() throws IOException {
        ruled = restarted();
        digest = RuledRegistry.push(ruled.registry, APP, "one", TAG);
        RuledRegistry.push(ruled.registry, APP, "two", OTHER);
    }

    private RuledRegistry restarted() throws IOException {
        return RuledRegistry.on(store, clock, "");
    }

    @Test
    void aPullIsOneOfTheTagAndOfTheManifest() throws IOException {
        assertThat(pulled(TAG)).isEmpty();
        ruled.registry.manifests().pull(APP, TAG);
        assertThat(pulled(TAG)).contains(clock.instant());
        assertThat(pulled(OTHER)).isEmpty();
        assertThat(ruled.pulls.of(APP).times()).containsOnlyKeys("v1", digest.toString());
    }

    @Test
    void aPullByDigestCountsForItsTags() throws IOException {
        ruled.registry.manifests().pull(APP, new Reference.ByDigest(digest));
        assertThat(pulled(TAG)).contains(clock.instant());
    }

    @Test
    void toLookIsNotToPull() throws IOException {
        ruled.registry.manifests().get(APP, TAG);
        assertThat(pulled(TAG)).isEmpty();
    }

    @Test
    void theLaterPullCounts() throws IOException {
        Instant first = clock.instant();
        ruled.registry.manifests().pull(APP, TAG);
        ruled.write();
        clock.advance(Duration.ofDays(1));
        ruled.registry.manifests().pull(APP, new Reference.ByDigest(digest));
        assertThat(pulled(TAG)).contains(first.plus(Duration.ofDays(1)));
        ruled.write();
        assertThat(pulled(TAG)).contains(first.plus(Duration.ofDays(1)));
    }

    @Test
    void pullsSurviveARestartOnceWritten() throws IOException {
        ruled.registry.manifests().pull(APP, TAG);
        ruled.write();
        ruled = restarted();
        assertThat(pulled(TAG)).contains(clock.instant());
    }

    @Test
    void aPullCostsNoWrite() throws IOException {
        FaultyObjectStore dead = FaultyObjectStore.crashing(store, 1, FaultyObjectStore.Fault.NOTHING_DONE);
        RuledRegistry unwritable = RuledRegistry.on(dead, clock, "");
        unwritable.registry.manifests().pull(APP, TAG);
        assertThat(dead.hasFailed()).isFalse();
    }

    @Test
    void whatCannotBeWrittenIsWrittenTheNextTime() throws IOException {
        RuledRegistry faulty =
                RuledRegistry.on(FaultyObjectStore.failingOnce(store, 1, () -> new IOException("no")), clock, "");
        faulty.registry.manifests().pull(APP, TAG);
        faulty.pulls.write(faulty.registry.holdings());
        assertThat(store.size(RegistryLayout.pulled(APP))).isEmpty();
        faulty.pulls.write(faulty.registry.holdings());
        ruled = restarted();
        assertThat(pulled(TAG)).contains(clock.instant());
    }

    @Test
    void whatIsGoneIsForgotten() throws IOException {
        ruled.registry.manifests().pull(APP, TAG);
        ruled.registry.manifests().pull(APP, OTHER);
        ruled.write();
        ruled.registry.manifests().delete(APP, new Reference.ByDigest(digest));
        ruled.registry.manifests().pull(APP, OTHER);
        ruled.write();
        assertThat(ruled.pulls.of(APP).times()).hasSize(2).doesNotContainKey("v1");
    }

    @Test
    void aRepositoryThatIsGoneIsNotMadeAnew() throws IOException {
        ruled.registry.manifests().pull(APP, TAG);
        ruled.write();
        ruled.registry.manifests().pull(APP, TAG);
        for (Tag tag : new Tag[] {TAG, OTHER}) {
            Digest gone = ruled.registry.tags().current(APP, tag).orElseThrow();
            ruled.registry.manifests().delete(APP, new Reference.ByDigest(gone));
        }
        assertThat(store.size(RegistryLayout.pulled(APP))).isEmpty();
        ruled.write();
        assertThat(store.size(RegistryLayout.pulled(APP))).isEmpty();
    }

    @Test
    void whatIsKeptInMemoryIsBounded() throws IOException {
        for (int i = 0; i < 150_000; i++) {
            ruled.pulls.pulled(APP, new Tag("t" + i), digest);
        }
        assertThat(ruled.pulls.of(APP).times()).hasSize(100_000);
    }

    @Test
    void theBeginningIsNotedOnce() throws IOException {
        Instant first = ruled.pulls.since();
        clock.advance(Duration.ofDays(3));
        assertThat(restarted().pulls.since()).isEqualTo(first);
    }

    @Test
    void aDamagedFileIsReadAsFarAsItGoes() throws IOException {
        store.put(
                RegistryLayout.pulled(APP),
                io.wharfgate.registry.Image.bytes("v1 17\nv2 x\n\n v3\nv4 99999999999999999\n"));
        assertThat(ruled.pulls.of(APP).times()).containsOnly(java.util.Map.entry("v1", Instant.ofEpochSecond(17)));
    }

    private Optional<Instant> pulled(Tag tag) throws IOException {
        return ruled.pulls
                .of(APP)
                .of(tag, ruled.registry.tags().current(APP, tag).orElseThrow());
    }
}
