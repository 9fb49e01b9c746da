package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.wharfgate.SettableClock;
import io.wharfgate.control.RecordedOutput;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.FaultyObjectStore;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.StorageFullException;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Collections on full disks, by clocks that jump, beside others who change the storage, and stopped half-way. */
class CollectionTroubleTest {

    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final RepositoryName OTHER = new RepositoryName("other");

    private final SettableClock clock = new SettableClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Fixture given = new Fixture(store, clock);

    @Test
    void helpsAFullDisk() throws IOException {
        Digest kept = given.image(APP.value(), "latest", "one");
        Digest gone = given.untagged(APP.value(), "two");
        given.referrer(APP.value(), Optional.empty(), gone, "signature");
        given.untagged(OTHER.value(), "three");
        clock.advance(Duration.ofDays(1));

        RecordedOutput out = new Fixture(full(store), clock).collect();

        assertThat(out.warnings()).isEmpty();
        assertThat(given.hasManifest(APP.value(), kept)).isTrue();
        assertThat(given.stored(gone)).isFalse();
        assertThat(given.stored(sha256("layer of two"))).isFalse();
        assertThat(given.stored(sha256("layer of three"))).isFalse();
        assertThat(store.names(RegistryLayout.TRASH)).isEmpty();
    }

    @Test
    void aFullDiskDoesNotLetTwoCollect() throws IOException {
        given.untagged(APP.value(), "one");
        store.put(
                RegistryLayout.COLLECTING,
                ("{\"host\":\"elsewhere\",\"pid\":1,\"started\":1,\"renewed\":\"" + clock.instant() + "\"}")
                        .getBytes(StandardCharsets.UTF_8));

        assertThatIOException()
                .isThrownBy(() -> new Fixture(full(store), clock).collect())
                .withMessageContaining("process 1 on elsewhere");
    }

    @Test
    void aRepositoryMayBeDeletedMeanwhile() throws IOException {
        boolean reached = true;
        for (int nth = 1; reached; nth++) {
            MemoryStore shared = new MemoryStore(clock);
            Fixture here = new Fixture(shared, clock);
            Digest tagged = here.image(APP.value(), "latest", "one");
            here.untagged(APP.value(), "two");
            Digest elsewhere = here.image(OTHER.value(), "latest", "one");
            clock.advance(Duration.ofDays(1));
            // Another process, as this one would have to wait for the repository's lock.
            Fixture there = new Fixture(shared, clock);
            FaultyObjectStore watched = FaultyObjectStore.sound(shared);
            AtomicInteger left = new AtomicInteger(nth);
            watched.beforeEachWrite(() -> {
                if (left.decrementAndGet() == 0) {
                    there.delete(APP.value(), tagged);
                }
            });

            new Fixture(watched, clock).collect();

            reached = left.get() <= 0;
            here.restart().collectForGood();
            assertThat(here.hasManifest(OTHER.value(), elsewhere)).isTrue();
            assertThat(here.hasBlob(OTHER.value(), sha256("layer of one"))).isTrue();
            assertThat(here.hasManifest(APP.value(), tagged)).isEqualTo(!reached);
            assertThat(here.stored(sha256("layer of two"))).isFalse();
        }
    }

    @Test
    void aTagMayBeBroughtBackMeanwhile() throws IOException {
        Digest manifest = given.image(APP.value(), "latest", "one");
        given.untag(APP.value(), "latest");
        clock.advance(Duration.ofDays(1));
        List<Fixture> collecting = new ArrayList<>();
        AtomicInteger looks = new AtomicInteger();
        ObjectStore watched = intercepted(store, (method, arguments) -> {
            // The first look is the marking, the second the one before the deletion.
            if (method.equals("names")
                    && arguments[0].equals(RegistryLayout.revisions(APP))
                    && looks.incrementAndGet() == 2) {
                assertThat(collecting.get(0).undelete(manifest.toString()).warnings())
                        .isEmpty();
            }
        });
        collecting.add(new Fixture(watched, clock));

        collecting.get(0).collect();

        assertThat(looks.get()).isGreaterThan(2);
        assertThat(given.registry.manifests().get(APP, new Tag("latest")).digest())
                .isEqualTo(manifest);
        assertThat(given.hasBlob(APP.value(), sha256("layer of one"))).isTrue();
    }

    @Test
    void aClockThatIsSetBackKeepsMore() throws IOException {
        Digest gone = given.untagged(APP.value(), "one");
        clock.advance(Duration.ofDays(-400));

        given.restart().collect();

        assertThat(given.hasManifest(APP.value(), gone)).isTrue();
        clock.advance(Duration.ofDays(400));
        given.collectForGood();
        assertThat(given.stored(gone)).isFalse();
    }

    @Test
    void aClockThatRunsAheadLosesNothingThatHasATag() throws IOException {
        Digest kept = given.image(APP.value(), "latest", "one");
        Digest signature = given.referrer(APP.value(), Optional.empty(), kept, "signature");
        clock.advance(Duration.ofDays(4000));

        given.collectForGood();

        assertThat(given.hasManifest(APP.value(), kept)).isTrue();
        assertThat(given.hasManifest(APP.value(), signature)).isTrue();
        assertThat(given.hasBlob(APP.value(), sha256("layer of one"))).isTrue();
    }

    /** As registry:2 does it, which shares a directory and tells nobody: data, then the link, and a manifest some time later. */
    @Test
    void aPushByAnotherRegistrySurvives() throws IOException {
        given.image(OTHER.value(), "latest", "other");
        Digest blob = sha256("pushed there");
        store.put(RegistryLayout.blobData(blob), "pushed there".getBytes(StandardCharsets.UTF_8));
        given.collect();
        store.put(RegistryLayout.layerLink(APP, blob), blob.toString().getBytes(StandardCharsets.UTF_8));
        clock.advance(Fixture.GRACE.minusSeconds(1));
        given.collect();
        String manifest = Fixture.imageText(Optional.empty(), blob);
        Digest digest = sha256(manifest);
        store.put(RegistryLayout.blobData(digest), manifest.getBytes(StandardCharsets.UTF_8));
        store.put(RegistryLayout.revisionLink(APP, digest), digest.toString().getBytes(StandardCharsets.UTF_8));

        store.put(
                RegistryLayout.tagCurrentLink(APP, new Tag("latest")),
                digest.toString().getBytes(StandardCharsets.UTF_8));

        given.collectForGood();

        assertThat(given.hasManifest(APP.value(), digest)).isTrue();
        assertThat(given.hasBlob(APP.value(), blob)).isTrue();
    }

    @Test
    void goesOnWhereItWasStopped() throws IOException {
        boolean stopped = true;
        int steps = 0;
        for (int nth = 1; stopped; nth += 3) {
            MemoryStore other = new MemoryStore(clock);
            Fixture here = new Fixture(other, clock);
            Digest kept = here.image(APP.value(), "latest", "one");
            Digest gone = here.untagged(APP.value(), "two");
            Digest elsewhere = here.untagged(OTHER.value(), "two");
            clock.advance(Duration.ofDays(1));

            stopped = isStopped(here, nth);
            steps = nth;
            RecordedOutput listed = here.listTrash();
            here.collect();

            assertThat(here.hasManifest(APP.value(), kept)).isTrue();
            assertThat(here.hasManifest(APP.value(), gone)).isFalse();
            assertThat(here.hasManifest(OTHER.value(), elsewhere)).isFalse();
            assertThat(here.listTrash().lines()).containsAll(listed.lines()).hasSize(6);
            assertThat(other.size(RegistryLayout.COLLECTING)).isEmpty();
        }
        assertThat(steps).isGreaterThan(20);
    }

    private static boolean isStopped(Fixture here, int nth) throws IOException {
        try {
            new CollectionTask(here.store, here.registry, here.clock, false).run(Map.of(), new Impatient(nth));
            return false;
        } catch (StoppedException e) {
            return true;
        }
    }

    /** Wants a task to stop when it asks for the n-th time. */
    private static final class Impatient implements TaskOutput {

        private int left;

        Impatient(int nth) {
            this.left = nth;
        }

        @Override
        public void line(String text) {
            // nobody reads it
        }

        @Override
        public void warning(String text) {
            throw new AssertionError(text);
        }

        @Override
        public void progress(String what, long done, long of) {
            // nobody looks
        }

        @Override
        public boolean cancelled() {
            return --left <= 0;
        }
    }

    @Test
    void whatACrashLeavesOfAnUploadGoes() throws IOException {
        UploadId started = given.registry.uploads().start(APP, DigestAlgorithm.SHA512);
        store.delete(RegistryLayout.uploadData(APP, started));
        store.delete(RegistryLayout.uploadStartedAt(APP, started));
        given.image(APP.value(), "latest", "one");
        assertThat(store.names(RegistryLayout.upload(APP, started))).isNotEmpty();
        clock.advance(Duration.ofDays(2));

        given.collect();

        assertThat(store.names(RegistryLayout.uploads(APP))).isEmpty();
    }

    @Test
    void tellsWhatWaitsForAManifest() throws IOException {
        Digest loose = given.blob(APP.value(), "loose");
        store.delete(RegistryLayout.layerLink(APP, loose));

        assertThat(given.collect(Map.of("explain", loose.toString())).lines())
                .anyMatch(line -> line.startsWith("a client pushed it or asked for it last at 2026-01-01"))
                .last()
                .asString()
                .startsWith("no repository has it");
    }

    /** A disk on which there is no room for a byte, but from which something can be deleted. */
    private static ObjectStore full(ObjectStore store) {
        Set<String> writing = Set.of("put", "stage", "resume");
        return intercepted(store, (method, arguments) -> {
            if (writing.contains(method)) {
                throw new StorageFullException("No space left on device");
            }
        });
    }

    /** What happens before each call of a store. */
    private interface Before {
        void call(String method, Object[] arguments) throws IOException;
    }

    private static ObjectStore intercepted(ObjectStore store, Before before) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    before.call(method.getName(), arguments);
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Digest sha256(String text) {
        return Digest.of(DigestAlgorithm.SHA256, Fixture.bytes(text));
    }
}
