package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.wharfgate.SettableClock;
import io.wharfgate.control.RecordedOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.UploadWriter;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class CollectionTest {

    private static final String APP = "team/app";
    private static final String OTHER = "other";
    private static final Optional<String> NO_TAG = Optional.empty();
    private static final Optional<String> LATEST = Optional.of("latest");

    private final SettableClock clock = new SettableClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Fixture given = new Fixture(store, clock);

    @Test
    void takesWhatNoTagLeadsToAndNothingElse() throws IOException {
        Digest kept = given.image(APP, "latest", "one");
        Digest gone = given.untagged(APP, "two");
        Digest loose = given.blob(APP, "loose");

        given.collectForGood();

        assertThat(given.hasManifest(APP, kept)).isTrue();
        assertThat(given.hasBlob(APP, sha256("config of one"))).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of one"))).isTrue();
        assertThat(given.stored(gone)).isFalse();
        assertThat(given.stored(loose)).isFalse();
        assertThat(given.stored(sha256("layer of two"))).isFalse();
        assertThat(store.names(RegistryLayout.layers(new RepositoryName(APP), DigestAlgorithm.SHA256)))
                .hasSize(2);
        assertThat(store.names(RegistryLayout.TRASH)).isEmpty();
    }

    @Test
    void takesNothingThatIsYoung() throws IOException {
        Digest manifest = given.untagged(APP, "one");
        Digest blob = given.blob(APP, "loose");
        given.clock.advance(Fixture.GRACE.minusSeconds(1));

        given.restart().collect();

        assertThat(given.hasManifest(APP, manifest)).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of one"))).isTrue();
        assertThat(given.hasBlob(APP, blob)).isTrue();
    }

    @Test
    void keepsTheUntaggedChildrenOfATaggedIndex() throws IOException {
        Digest child = given.untagged(APP, "child");
        Digest index = given.index(APP, LATEST, child);

        given.collectForGood();

        assertThat(given.hasManifest(APP, index)).isTrue();
        assertThat(given.hasManifest(APP, child)).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of child"))).isTrue();
    }

    @Test
    void keepsChildrenThatADeletedIndexShared() throws IOException {
        Digest shared = given.untagged(APP, "shared");
        Digest lonely = given.untagged(APP, "lonely");
        Digest kept = given.index(APP, Optional.of("kept"), shared);
        Digest gone = given.index(APP, Optional.of("gone"), shared, lonely);
        given.delete(APP, gone);

        given.collectForGood();

        assertThat(given.hasManifest(APP, kept)).isTrue();
        assertThat(given.hasManifest(APP, shared)).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of shared"))).isTrue();
        assertThat(given.stored(lonely)).isFalse();
        assertThat(given.stored(gone)).isFalse();
    }

    @Test
    void keepsTheTaggedChildOfADeletedIndex() throws IOException {
        Digest tagged = given.image(APP, "child", "child");
        Digest untagged = given.untagged(APP, "other");
        Digest index = given.index(APP, LATEST, tagged, untagged);
        given.delete(APP, index);

        given.collectForGood();

        assertThat(given.hasManifest(APP, tagged)).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of child"))).isTrue();
        assertThat(given.stored(untagged)).isFalse();
        assertThat(given.stored(index)).isFalse();
    }

    @Test
    void keepsWhatNestedIndexesLeadTo() throws IOException {
        Digest child = given.untagged(APP, "child");
        Digest inner = given.index(APP, NO_TAG, child);
        Digest missing = sha256("never pushed");
        given.index(APP, LATEST, given.index(APP, NO_TAG, inner, missing));

        given.collectForGood();

        assertThat(given.hasManifest(APP, inner)).isTrue();
        assertThat(given.hasBlob(APP, sha256("config of child"))).isTrue();
    }

    @Test
    void keepsBlobsThatAnIndexNames() throws IOException {
        Digest cache = given.blob(APP, "layer of a build cache");
        given.index(APP, LATEST, cache);

        given.collectForGood();

        assertThat(given.hasBlob(APP, cache)).isTrue();
    }

    @Test
    void referrersLiveAsLongAsTheirSubjects() throws IOException {
        Digest child = given.untagged(APP, "child");
        given.index(APP, LATEST, child);
        Digest signature = given.referrer(APP, NO_TAG, child, "one");
        Digest ofSignature = given.referrer(APP, NO_TAG, signature, "two");
        Digest gone = given.untagged(APP, "gone");
        Digest ofGone = given.referrer(APP, NO_TAG, gone, "three");
        Digest ofNothing = given.referrer(APP, NO_TAG, sha256("never pushed"), "four");
        Digest tagged = given.referrer(APP, Optional.of("sbom"), gone, "five");

        given.collectForGood();

        assertThat(given.hasManifest(APP, signature)).isTrue();
        assertThat(given.hasBlob(APP, sha256("signature one"))).isTrue();
        assertThat(given.hasManifest(APP, ofSignature)).isTrue();
        assertThat(given.hasManifest(APP, tagged)).isTrue();
        assertThat(given.stored(gone)).isFalse();
        assertThat(given.stored(ofGone)).isFalse();
        assertThat(given.stored(ofNothing)).isFalse();
        assertThat(given.registry
                        .referrers()
                        .page(new RepositoryName(APP), child, Optional.empty(), OptionalInt.empty(), Optional.empty())
                        .items())
                .hasSize(1);
    }

    @Test
    void anArtifactThatNobodyKnowsKeepsWhatItDescribes() throws IOException {
        Digest part = given.blob(APP, "part");
        registryPut(
                "{\"mediaType\":\"application/vnd.acme+json\",\"parts\":{\"first\":[{\"digest\":\"" + part + "\"}]}}");

        given.collectForGood();

        assertThat(given.hasBlob(APP, part)).isTrue();
    }

    private void registryPut(String manifest) throws IOException {
        given.put(APP, LATEST, manifest);
    }

    @Test
    void keepsContentThatAnotherRepositoryNeeds() throws IOException {
        Digest shared = given.blob(APP, "shared");
        given.image(APP, LATEST, given.blob(APP, "{}"), shared);
        given.registry.blobs().mount(new RepositoryName(OTHER), new RepositoryName(APP), shared);
        Digest other = given.image(OTHER, LATEST, given.blob(OTHER, "{}"), shared);
        given.delete(OTHER, other);

        given.collectForGood();

        assertThat(given.hasBlob(APP, shared)).isTrue();
        assertThat(given.hasBlob(APP, sha256("{}"))).isTrue();
        assertThat(given.hasBlob(OTHER, shared)).isFalse();
        assertThat(given.hasManifest(OTHER, other)).isFalse();
        assertThat(given.hasManifest(APP, other)).isTrue();
    }

    @Test
    void knowsDigestsByEitherAlgorithm() throws IOException {
        Digest own = given.blob(APP, "by its sha512", DigestAlgorithm.SHA512);
        Digest loose = given.blob(APP, "loose", DigestAlgorithm.SHA512);
        // As distribution stores it: the content by its sha256, and a link from the other digest.
        Digest canonical = given.blob(APP, "of distribution");
        Digest alias = Digest.of(DigestAlgorithm.SHA512, Fixture.bytes("of distribution"));
        store.put(RegistryLayout.layerLink(new RepositoryName(APP), alias), Fixture.bytes(canonical.toString()));
        given.image(APP, LATEST, own, alias);

        given.collectForGood();

        assertThat(given.hasBlob(APP, own)).isTrue();
        assertThat(given.stored(canonical)).isTrue();
        assertThat(given.registry.blobs().size(new RepositoryName(APP), alias)).isPresent();
        assertThat(given.stored(loose)).isFalse();
    }

    @Test
    void manifestsWithoutATagStayIfSomebodyWantsThat() throws IOException {
        Fixture keeping = new Fixture(store, clock, Fixture.WINDOW, false);
        Digest manifest = keeping.untagged(APP, "one");
        Digest loose = keeping.blob(APP, "loose");

        keeping.collectForGood();

        assertThat(keeping.hasManifest(APP, manifest)).isTrue();
        assertThat(keeping.stored(loose)).isFalse();
        keeping.collect(Map.of("untagged", "true"));
        assertThat(keeping.hasManifest(APP, manifest)).isFalse();
    }

    @Test
    void whatAClientWasToldOfIsKeptForItsPush() throws IOException {
        Digest blob = given.blob(APP, "loose");
        Digest mounted = given.blob(APP, "mounted");
        clock.advance(Fixture.GRACE.multipliedBy(3));
        assertThat(given.registry.blobs().size(new RepositoryName(APP), blob)).isPresent();
        given.registry.blobs().mount(new RepositoryName(OTHER), new RepositoryName(APP), mounted);

        given.collect();

        assertThat(given.hasBlob(APP, blob)).isTrue();
        assertThat(given.hasBlob(OTHER, mounted)).isTrue();
        given.collectForGood();
        assertThat(given.stored(blob)).isFalse();
        assertThat(given.stored(mounted)).isFalse();
    }

    @Test
    void contentIsDeletedOnlyWhenItCannotBeHadBack() throws IOException {
        Digest manifest = given.untagged(APP, "one");
        given.collectAll();
        assertThat(given.hasManifest(APP, manifest)).isFalse();
        assertThat(given.stored(manifest)).isTrue();

        clock.advance(Fixture.WINDOW.minusSeconds(1));
        given.collect();
        assertThat(given.stored(manifest)).isTrue();
        clock.advance(Duration.ofSeconds(2));
        given.collect();

        assertThat(given.stored(manifest)).isFalse();
        assertThat(given.stored(sha256("layer of one"))).isFalse();
    }

    @Test
    void withoutAWindowContentGoesAtOnce() throws IOException {
        Fixture hasty = new Fixture(store, clock, Duration.ZERO, true);
        Digest manifest = hasty.untagged(APP, "one");

        RecordedOutput out = hasty.collectAll();

        assertThat(hasty.stored(manifest)).isFalse();
        assertThat(out.lines().get(0))
                .startsWith("took 1 manifest and 2 blobs from repositories")
                .contains("(3 blobs)");
        assertThat(registryTrash()).isEmpty();
    }

    @Test
    void bringsBackAnImageWithItsTagAndAllItNeeds() throws IOException {
        Digest child = given.untagged(APP, "child");
        Digest index = given.index(APP, LATEST, child);
        Digest other = given.untagged(APP, "other");
        given.delete(APP, index);
        given.collectAll();
        assertThat(given.hasBlob(APP, sha256("layer of child"))).isFalse();

        RecordedOutput out = given.undelete(index.toString());

        assertThat(out.warnings()).isEmpty();
        assertThat(out.lines()).contains("restored " + APP + ":latest → " + index);
        assertThat(given.registry
                        .manifests()
                        .get(new RepositoryName(APP), new Tag("latest"))
                        .digest())
                .isEqualTo(index);
        assertThat(given.hasManifest(APP, child)).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of child"))).isTrue();
        assertThat(given.hasManifest(APP, other)).isFalse();
        given.collectForGood();
        assertThat(given.hasBlob(APP, sha256("layer of child"))).isTrue();
        assertThat(given.stored(other)).isFalse();
    }

    @Test
    void bringsBackAWholeRepository() throws IOException {
        Digest one = given.image(APP, "one", "one");
        Digest two = given.untagged(APP, "two");
        given.untag(APP, "one");
        given.collectAll();
        assertThat(given.listTrash().lines()).hasSize(7);

        given.undelete(APP);

        assertThat(given.registry
                        .manifests()
                        .get(new RepositoryName(APP), new Tag("one"))
                        .digest())
                .isEqualTo(one);
        assertThat(given.hasManifest(APP, two)).isTrue();
        assertThat(given.listTrash().lines()).isEmpty();
    }

    @Test
    void whatIsPushedAgainIsNotDeletedWithTheTrash() throws IOException {
        Digest manifest = given.untagged(APP, "one");
        given.collectAll();
        given.image(APP, "latest", "one");

        given.collectForGood();

        assertThat(given.hasManifest(APP, manifest)).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of one"))).isTrue();
    }

    @Test
    void aDryRunDeletesNothing() throws IOException {
        Digest manifest = given.untagged(APP, "one");
        clock.advance(Fixture.GRACE.multipliedBy(2));

        RecordedOutput out = given.collect(Map.of("dry-run", "true"));

        assertThat(given.hasManifest(APP, manifest)).isTrue();
        assertThat(out.lines()).contains("would delete manifest " + APP + "@" + manifest);
        assertThat(out.lines().get(3))
                .startsWith("would take 1 manifest and 2 blobs from repositories")
                .contains("at the latest in 7 days; looked at ", " in 1 repository in ");
        assertThat(registryTrash()).isEmpty();
    }

    @Test
    void leavesADamagedRepositoryAlone() throws IOException {
        Digest damaged = given.image(APP, "latest", "one");
        Digest gone = given.untagged(APP, "two");
        Digest elsewhere = given.untagged(OTHER, "three");
        store.put(RegistryLayout.blobData(damaged), Fixture.bytes("{}"));

        clock.advance(Fixture.GRACE.multipliedBy(2));
        RecordedOutput out = given.collect();
        clock.advance(Fixture.WINDOW.multipliedBy(2));
        given.collect();

        assertThat(out.warnings().get(0)).contains(APP).contains("is damaged").contains("left as it is");
        assertThat(given.hasManifest(APP, gone)).isTrue();
        assertThat(given.hasBlob(APP, sha256("layer of one"))).isTrue();
        assertThat(given.stored(elsewhere)).isFalse();
    }

    @Test
    void whatIsNotUnderstoodKeepsAllContent() throws IOException {
        Digest gone = given.untagged(OTHER, "three");
        store.put(new ObjectKey(RegistryLayout.REPOSITORIES + "/Strange/_layers/x"), Fixture.bytes("x"));

        RecordedOutput out = given.collectAll();
        given.clock.advance(Fixture.WINDOW.multipliedBy(2));
        given.collect();

        assertThat(out.warnings().get(0)).contains("Strange").contains("no content is deleted");
        assertThat(given.hasManifest(OTHER, gone)).isFalse();
        assertThat(given.stored(gone)).isTrue();
    }

    @Test
    void endsAbandonedUploads() throws IOException {
        RepositoryName name = new RepositoryName(APP);
        UploadId abandoned = given.registry.uploads().start(name, DigestAlgorithm.SHA256);
        UploadId open = given.registry.uploads().start(name, DigestAlgorithm.SHA256);
        try (UploadWriter writer = given.registry.uploads().open(name, open)) {
            clock.advance(Duration.ofDays(2));
            UploadId fresh = given.registry.uploads().start(name, DigestAlgorithm.SHA256);
            given.collect();
            assertThat(store.size(RegistryLayout.uploadData(name, abandoned))).isEmpty();
            assertThat(store.size(RegistryLayout.uploadData(name, fresh))).isPresent();
            writer.append(ByteBuffer.wrap(Fixture.bytes("x")));
            writer.commit(sha256("x"));
        }
    }

    @Test
    void onlyOneCollectsAtATime() throws IOException {
        given.untagged(APP, "one");
        try (CollectionLock lock = CollectionLock.acquire(store, clock)) {
            assertThatIOException().isThrownBy(given::collect).withMessageContaining("just being collected");
            given.collect(Map.of("dry-run", "true"));
        }
        given.collect();
    }

    @Test
    void theNoteOfADeadCollectionDoesNotCount() throws IOException {
        store.put(
                RegistryLayout.COLLECTING,
                Fixture.bytes(
                        "{\"host\":\"elsewhere\",\"pid\":1,\"started\":1,\"renewed\":\"" + clock.instant() + "\"}"));
        assertThatIOException().isThrownBy(given::collect).withMessageContaining("process 1 on elsewhere");
        clock.advance(Duration.ofMinutes(11));
        given.collect();

        store.put(RegistryLayout.COLLECTING, Fixture.bytes("{\"ho"));
        given.collect();
        assertThat(store.size(RegistryLayout.COLLECTING)).isEmpty();
    }

    @Test
    void stopsWhenItIsTold() throws IOException {
        Digest manifest = given.untagged(APP, "one");
        clock.advance(Fixture.GRACE.multipliedBy(2));
        RecordedOutput out = new RecordedOutput();
        out.cancel();

        assertThatIOException()
                .isThrownBy(() -> new CollectionTask(store, given.registry, clock, false).run(Map.of(), out))
                .isInstanceOf(StoppedException.class);

        assertThat(given.hasManifest(APP, manifest)).isTrue();
        assertThat(store.size(RegistryLayout.COLLECTING)).isEmpty();
    }

    @Test
    void explainsWhyOrWhen() throws IOException {
        Digest child = given.untagged(APP, "child");
        Digest index = given.index(APP, LATEST, child);
        Digest signature = given.referrer(APP, NO_TAG, child, "one");
        Digest gone = given.untagged(APP, "gone");
        Digest young = sha256("layer of child");
        assertThat(explain(young)).contains("kept: tag latest → " + index + " → " + child + " → " + young);
        clock.advance(Fixture.GRACE.multipliedBy(2));

        assertThat(explain(signature)).contains(child + " ← " + signature);
        assertThat(explain(gone)).contains("goes with the next collection");
        assertThat(explain(sha256("layer of gone"))).contains("goes with the next collection");
        assertThat(explain(sha256("nothing"))).contains("there is nothing by this digest");
        given.collect();
        assertThat(explain(gone)).contains("wharfgate storage undelete " + gone);
        assertThat(given.collect(Map.of("explain", "latest")).warnings().get(0)).contains("is no digest");
    }

    private String explain(Digest digest) throws IOException {
        return String.join(
                "\n", given.collect(Map.of("explain", digest.toString())).lines());
    }

    private List<ObjectKey> registryTrash() throws IOException {
        return given.registry.trash().records();
    }

    private static Digest sha256(String text) {
        return Digest.of(DigestAlgorithm.SHA256, Fixture.bytes(text));
    }
}
