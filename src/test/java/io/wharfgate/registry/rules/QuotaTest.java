package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wharfgate.SettableClock;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Image;
import io.wharfgate.registry.RepositoryUpkeep;
import io.wharfgate.registry.Trash;
import io.wharfgate.registry.UploadWriter;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaTest {

    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final RepositoryName OTHER = new RepositoryName("team/other");
    private static final RepositoryName TEAMS = new RepositoryName("teams");
    private static final String RULES = """
            quotas:
            - {prefix: team, bytes: 1000, tags: 3, repositories: 2, contact: the desk}
            """;

    private final MemoryStore store = new MemoryStore();
    private final SettableClock clock = new SettableClock();

    @SuppressWarnings("NullAway.Init")
    private RuledRegistry ruled;

    @BeforeEach
    void open() throws IOException {
        ruled = RuledRegistry.on(store, clock, RULES).counted();
    }

    @Test
    void sharedContentCountsOnce() throws IOException {
        Digest digest = push(APP, 400);
        ruled.registry.blobs().mount(OTHER, APP, digest);
        push(OTHER, 400);
        assertThat(ruled.totals("team").bytes()).isEqualTo(400);
        ruled.registry.blobs().delete(APP, digest);
        assertThat(ruled.totals("team").bytes()).isEqualTo(400);
        ruled.registry.blobs().delete(OTHER, digest);
        assertThat(ruled.totals("team").bytes()).isZero();
    }

    @Test
    void aPrefixIsWholeComponents() throws IOException {
        push(TEAMS, 2000);
        assertThat(ruled.totals("team").bytes()).isZero();
    }

    @Test
    void whatIsAnnouncedIsRefusedBeforeAByteOfIt() throws IOException {
        push(APP, 600);
        UploadId id = ruled.registry.uploads().start(OTHER, DigestAlgorithm.SHA256);
        try (UploadWriter writer = ruled.registry.uploads().open(OTHER, id)) {
            refused(() -> writer.announce(401))
                    .withMessage(
                            "the quota of team is 1000 bytes (in use: 601 bytes), and there is no room for 400 bytes"
                                    + " more; delete what is not needed, or ask the desk");
            writer.announce(400);
        }
        assertThat(ruled.statement("team").uploading()).isEqualTo(1);
    }

    @Test
    void whatIsNotAnnouncedIsRefusedAsSoonAsItIsTooMuchAndIsGone() throws IOException {
        UploadId id = ruled.registry.uploads().start(APP, DigestAlgorithm.SHA256);
        try (UploadWriter writer = ruled.registry.uploads().open(APP, id)) {
            writer.append(ByteBuffer.allocate(900));
            refused(() -> writer.append(ByteBuffer.allocate(101)));
        }
        assertThat(ruled.statement("team").uploading()).isZero();
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> ruled.registry.uploads().offset(APP, id))
                .satisfies(e -> assertThat(e.error()).isEqualTo(RegistryError.BLOB_UPLOAD_UNKNOWN));
    }

    @Test
    void uploadsInProgressCountTogether() throws IOException {
        UploadId first = ruled.registry.uploads().start(APP, DigestAlgorithm.SHA256);
        UploadId second = ruled.registry.uploads().start(OTHER, DigestAlgorithm.SHA256);
        try (UploadWriter one = ruled.registry.uploads().open(APP, first);
                UploadWriter two = ruled.registry.uploads().open(OTHER, second)) {
            one.announce(700);
            refused(() -> two.append(ByteBuffer.allocate(301)));
            one.append(ByteBuffer.allocate(10));
        }
        // The rest never came.
        assertThat(ruled.statement("team").uploading()).isEqualTo(10);
        push(OTHER, 990);
        ruled.registry.uploads().cancel(APP, first);
        assertThat(ruled.statement("team").uploading()).isZero();
    }

    @Test
    void anUploadThatNobodyGoesOnWithStopsToCountUntilSomebodyDoes() throws IOException {
        UploadId id = ruled.registry.uploads().start(APP, DigestAlgorithm.SHA256);
        try (UploadWriter writer = ruled.registry.uploads().open(APP, id)) {
            writer.append(ByteBuffer.allocate(500));
        }
        clock.advance(Duration.ofMinutes(61));
        ruled.ledger.forgetIdleUploads();
        assertThat(ruled.statement("team").uploading()).isZero();
        ruled.registry.uploads().open(APP, id).close();
        assertThat(ruled.statement("team").uploading()).isEqualTo(500);
    }

    @Test
    void whereThereIsNoRoomAtAllNoUploadBegins() throws IOException {
        push(APP, 1000);
        refused(() -> ruled.registry.uploads().start(APP, DigestAlgorithm.SHA256));
    }

    @Test
    void aMountIsRefusedWhereItWouldBeTooMuch() throws IOException {
        Digest digest = push(TEAMS, 1001);
        refused(() -> ruled.registry.blobs().mount(APP, TEAMS, digest));
        assertThat(ruled.registry.blobs().size(APP, digest)).isEmpty();
    }

    @Test
    void tagsAndRepositoriesAreRefusedWithTheManifest() throws IOException {
        image(APP, "1", "a", "b");
        refused(() -> image(APP, "2", "c", "d")).withMessageContaining("is 3 tags (in use: 2), and there is no room");
        image(APP, "2", "b", "c");
        refused(() -> image(OTHER, "1", "c"));
    }

    @Test
    void repositoriesAreRefusedWithTheirFirstManifest() throws IOException {
        image(APP, "1", "a");
        image(OTHER, "1", "a");
        RepositoryName third = new RepositoryName("team");
        refused(() -> image(third, "1", "a")).withMessageContaining("is 2 repositories (in use: 2)");
        assertThat(ruled.totals("team").tags()).isEqualTo(2);
    }

    private void image(RepositoryName name, String seed, String... tags) throws IOException {
        Tag[] all = java.util.Arrays.stream(tags).map(Tag::new).toArray(Tag[]::new);
        RuledRegistry.push(ruled.registry, name, seed, all);
    }

    @Test
    void deletingGivesBack() throws IOException {
        image(APP, "1", "a", "b");
        Digest digest = ruled.registry.manifests().get(APP, new Tag("a")).digest();
        assertThat(ruled.totals("team")).isEqualTo(RuledRegistry.naive(store, "team"));
        ruled.registry.manifests().delete(APP, new Reference.ByDigest(digest));
        assertThat(ruled.totals("team")).isEqualTo(RuledRegistry.naive(store, "team"));
        assertThat(ruled.totals("team").tags()).isZero();
        assertThat(ruled.totals("team").repositories()).isZero();
    }

    @Test
    void whoeverHasTooMuchAlreadyMayMoveTagsAndPushWhatIsThere() throws IOException {
        image(APP, "1", "a", "b", "c");
        ruled = RuledRegistry.on(store, clock, "quotas: [{prefix: team, bytes: 1, tags: 1}]")
                .counted();
        image2();
        refused(() -> push(APP, 5));
    }

    private void image2() throws IOException {
        byte[] manifest = RuledRegistry.manifest(Image.bytes("{\"seed\":\"1\"}"));
        ruled.registry.manifests().put(APP, new Tag("b"), java.util.List.of(), java.util.Optional.empty(), manifest);
    }

    @Test
    void untilItIsKnownHowMuchThereIsNothingIsRefused() throws IOException {
        push(APP, 900);
        ruled = RuledRegistry.on(store, clock, RULES);
        push(APP, 2000);
        assertThat(ruled.ledger.warning(APP)).isEmpty();
        ruled.count();
        assertThat(ruled.totals("team").bytes()).isEqualTo(2900);
        refused(() -> push(APP, 1));
    }

    @Test
    void whatWasWrittenDownHoldsFromTheFirstRequestOn() throws IOException {
        push(APP, 900);
        ruled.write();
        ruled = RuledRegistry.on(store, clock, RULES);
        refused(() -> push(APP, 101));
        assertThat(ruled.statement("team").counted()).isFalse();
    }

    @Test
    void damagedNotesOfUsageAreLeftOut() throws IOException {
        store.put(io.wharfgate.registry.RegistryLayout.USAGE, Image.bytes("team 1 2\nteam x 1 1\n** 5 6 7\n\u0000"));
        assertThat(new UsageFile(store).read()).containsOnly(java.util.Map.entry("", new Tally.Totals(5, 6, 7)));
    }

    /** The collector looks through a repository without holding anybody up, so that a client may come first. */
    @Test
    void whatAClientHasDeletedBeforeTheCollectorIsTakenOffOnce() throws IOException {
        Digest manifest = RuledRegistry.push(ruled.registry, APP, "one", new Tag("a"));
        RuledRegistry.push(ruled.registry, OTHER, "one", new Tag("a"));
        Digest blob = push(APP, 100);
        push(OTHER, 100);
        Tally.Totals before = RuledRegistry.naive(store, "team");
        ruled.registry.manifests().delete(APP, new Reference.ByDigest(manifest));
        ruled.registry.blobs().delete(APP, blob);
        RepositoryUpkeep upkeep = ruled.registry.upkeep();
        BulkDeletion deletion = store.deleteMany();
        upkeep.removeManifests(APP, Map.of(manifest, Optional.empty()), deletion);
        upkeep.removeLayer(APP, new Trash.Entry.Layer(blob, blob), Instant.MAX, deletion);
        deletion.finish();
        assertThat(ruled.totals("team"))
                .isEqualTo(RuledRegistry.naive(store, "team"))
                .isEqualTo(before.plus(0, -1, -1));
    }

    /** However the two take turns: what one has announced, the other can not. */
    @Test
    void pushesAtOnceDoNotExceedIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> pushes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                byte[] content = new byte[300];
                content[0] = (byte) i;
                pushes.add(() -> {
                    try {
                        Image.pushBlob(ruled.registry, APP, content);
                        return true;
                    } catch (RegistryException e) {
                        assertThat(e.error()).isEqualTo(RegistryError.QUOTA_EXCEEDED);
                        return false;
                    }
                });
            }
            int taken = 0;
            for (Future<Boolean> push : threads.invokeAll(pushes)) {
                taken += push.get() ? 1 : 0;
            }
            assertThat(taken).isBetween(0, 3);
            assertThat(ruled.totals("team").bytes()).isEqualTo(300L * taken);
            assertThat(ruled.statement("team").uploading()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void fromNinetyPercentOnWhoeverPushesIsTold() throws IOException {
        push(APP, 899);
        assertThat(ruled.registry.warning(APP)).isEmpty();
        push(APP, 1);
        assertThat(ruled.registry.warning(APP))
                .contains(
                        "the quota of team is nearly used up: 900 bytes of 1000 bytes; delete what is not needed, or ask"
                                + " the desk");
        assertThat(ruled.registry.warning(TEAMS)).isEmpty();
    }

    @Test
    void newQuotasKeepWhatIsKnown() throws IOException {
        push(APP, 500);
        assertThat(ruled.ledger.use(
                        RulesText.read("quotas: [{prefix: team, bytes: 600}]", "", "")
                                .rules()
                                .orElseThrow()
                                .quotas(),
                        java.util.Map.of()))
                .isFalse();
        refused(() -> push(APP, 101));
    }

    private Digest push(RepositoryName name, int size) throws IOException {
        byte[] content = new byte[size];
        return Image.pushBlob(ruled.registry, name, content);
    }

    private static org.assertj.core.api.ThrowableAssertAlternative<RegistryException> refused(ThrowingCallable call) {
        return assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.error()).isEqualTo(RegistryError.QUOTA_EXCEEDED));
    }
}
