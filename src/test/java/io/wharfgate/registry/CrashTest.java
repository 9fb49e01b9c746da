package io.wharfgate.registry;

import static io.wharfgate.registry.Image.bytes;
import static io.wharfgate.registry.Image.sha256;
import static io.wharfgate.registry.RegistryAssert.assertNothingDangles;
import static io.wharfgate.registry.RegistryAssert.assertWhole;
import static io.wharfgate.registry.RegistryAssert.catalog;
import static io.wharfgate.registry.check.StorageInvariants.assertSound;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.storage.FaultyObjectStore;
import io.wharfgate.storage.FaultyObjectStore.Fault;
import io.wharfgate.storage.StorageFullException;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies at each write of each operation in turn. What a new process then finds must be whole, and must hold
 * everything that was acknowledged.
 */
class CrashTest {

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final RepositoryName OTHER = new RepositoryName("other");
    private static final Tag LATEST = new Tag("latest");
    private static final Tag OLD = new Tag("old");
    private static final Image FIRST = new Image("first");
    private static final Image SECOND = new Image("second");
    private static final byte[] ATTACHED = bytes(
            "{\"mediaType\":\"application/vnd.example+json\",\"subject\":{\"digest\":\"" + FIRST.digest() + "\"}}");
    private static final Reference REFERRER = new Reference.ByDigest(sha256(ATTACHED));
    private static final byte[] OPAQUE = bytes("{\"anything\":1}");
    private static final Digest OPAQUE_DIGEST = sha256(OPAQUE);
    private static final RegistryConfig CONFIG = new RegistryConfig(true, false);
    private static final byte[] CONTENT = bytes("0123456789abcdefghij");
    private static final Digest DIGEST = sha256(CONTENT);

    /** Something that a client does, and what has to hold when the process died in it. */
    private interface Operation {
        void run(Registry registry) throws IOException;

        void check(Registry restarted, boolean acknowledged) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void inAnUpload(Fault fault) throws IOException {
        crashEverywhere(fault, Upload::new);
    }

    @ParameterizedTest
    @EnumSource
    void inTheCommitOfAnUploadAsAnotherDigest(Fault fault) throws IOException {
        crashEverywhere(fault, RefusedUpload::new);
    }

    @ParameterizedTest
    @EnumSource
    void inThePushOfAManifest(Fault fault) throws IOException {
        crashEverywhere(
                fault,
                () -> operation(
                        registry -> SECOND.push(registry, OTHER, LATEST),
                        (restarted, acknowledged) ->
                                assertThat(exists(restarted, OTHER, LATEST)).isTrue()));
    }

    @ParameterizedTest
    @EnumSource
    void inMovingATag(Fault fault) throws IOException {
        crashEverywhere(
                fault,
                () -> operation(registry -> SECOND.push(registry, NAME, LATEST), (restarted, acknowledged) -> {
                    Digest digest = restarted.manifests().get(NAME, LATEST).digest();
                    assertThat(digest)
                            .isIn(
                                    acknowledged
                                            ? new Digest[] {SECOND.digest()}
                                            : new Digest[] {FIRST.digest(), SECOND.digest()});
                    assertWhole(restarted, NAME, new Reference.ByDigest(FIRST.digest()));
                }));
    }

    @ParameterizedTest
    @EnumSource
    void inDeletingATag(Fault fault) throws IOException {
        crashEverywhere(
                fault,
                () -> operation(registry -> registry.manifests().delete(NAME, OLD), (restarted, acknowledged) -> {
                    assertWhole(restarted, NAME, LATEST);
                    assertThat(exists(restarted, NAME, OLD)).isNotEqualTo(acknowledged);
                }));
    }

    @ParameterizedTest
    @EnumSource
    void inDeletingAManifest(Fault fault) throws IOException {
        Reference first = new Reference.ByDigest(FIRST.digest());
        crashEverywhere(
                fault,
                () -> operation(registry -> registry.manifests().delete(NAME, first), (restarted, acknowledged) -> {
                    if (exists(restarted, NAME, first)) {
                        assertThat(acknowledged).isFalse();
                        restarted.manifests().delete(NAME, first);
                    }
                    assertThat(exists(restarted, NAME, LATEST)).isFalse();
                    assertThat(catalog(restarted)).isEmpty();
                }));
    }

    @ParameterizedTest
    @EnumSource
    void inThePushOfAReferrer(Fault fault) throws IOException {
        crashEverywhere(
                fault,
                () -> operation(CrashTest::pushReferrer, (restarted, acknowledged) -> {
                    assertIndexIsRight(restarted);
                    assertThat(exists(restarted, NAME, REFERRER) || !acknowledged)
                            .isTrue();
                }));
    }

    @ParameterizedTest
    @EnumSource
    void inDeletingAReferrer(Fault fault) throws IOException {
        crashEverywhere(
                fault,
                () -> operation(
                        registry -> {
                            pushReferrer(registry);
                            referrers(registry);
                            registry.manifests().delete(NAME, REFERRER);
                        },
                        (restarted, acknowledged) -> {
                            assertIndexIsRight(restarted);
                            assertThat(exists(restarted, NAME, REFERRER) && acknowledged)
                                    .isFalse();
                        }));
    }

    private static void pushReferrer(Registry registry) throws IOException {
        registry.manifests()
                .put(NAME, REFERRER, List.of(), Optional.of(new MediaType("application/vnd.example+json")), ATTACHED);
    }

    /** The index has the referrer exactly as long as it is there; also when it has to be made anew. */
    private static void assertIndexIsRight(Registry restarted) throws IOException {
        List<Digest> expected = exists(restarted, NAME, REFERRER) ? List.of(sha256(ATTACHED)) : List.of();
        assertThat(referrers(restarted)).isEqualTo(expected);
    }

    private static List<Digest> referrers(Registry registry) throws IOException {
        return registry
                .referrers()
                .page(NAME, FIRST.digest(), Optional.empty(), OptionalInt.empty(), Optional.empty())
                .items()
                .stream()
                .map(Referrer::digest)
                .toList();
    }

    /** One PUT by digest with several tags, of a manifest whose type only its Content-Type tells. */
    @ParameterizedTest
    @EnumSource
    void inThePushOfAManifestWithSeveralTags(Fault fault) throws IOException {
        List<Tag> tags = List.of(new Tag("a"), new Tag("b"), OLD);
        crashEverywhere(
                fault,
                () -> operation(
                        registry -> registry.manifests()
                                .put(
                                        NAME,
                                        new Reference.ByDigest(OPAQUE_DIGEST),
                                        tags,
                                        Optional.of(new MediaType("application/x")),
                                        OPAQUE),
                        (restarted, acknowledged) -> {
                            Digest old = restarted.manifests().get(NAME, OLD).digest();
                            assertThat(old).isIn(FIRST.digest(), OPAQUE_DIGEST);
                            assertThat(old.equals(OPAQUE_DIGEST) || !acknowledged)
                                    .isTrue();
                            if (acknowledged) {
                                for (Tag tag : tags) {
                                    assertThat(restarted
                                                    .manifests()
                                                    .get(NAME, tag)
                                                    .mediaType()
                                                    .value())
                                            .isEqualTo("application/x");
                                }
                            }
                        }));
    }

    @ParameterizedTest
    @EnumSource
    void inThePushOfAnIndex(Fault fault) throws IOException {
        byte[] index = bytes("{\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[{\"digest\":\""
                + FIRST.digest() + "\",\"size\":" + FIRST.manifest().length + "}]}");
        crashEverywhere(
                fault,
                () -> operation(
                        registry -> registry.manifests().put(NAME, new Tag("all"), List.of(), Optional.empty(), index),
                        (restarted, acknowledged) -> {
                            if (acknowledged) {
                                assertThat(restarted
                                                .manifests()
                                                .get(NAME, new Tag("all"))
                                                .content())
                                        .isEqualTo(index);
                            }
                        }));
    }

    @ParameterizedTest
    @EnumSource
    void inCancellingAnUpload(Fault fault) throws IOException {
        crashEverywhere(fault, CancelledUpload::new);
    }

    @ParameterizedTest
    @EnumSource
    void inMountingAndDeletingABlob(Fault fault) throws IOException {
        Digest layer = sha256(FIRST.layer());
        crashEverywhere(
                fault,
                () -> operation(
                        registry -> {
                            registry.blobs().mount(OTHER, NAME, layer);
                            registry.blobs().delete(OTHER, layer);
                        },
                        (restarted, acknowledged) -> {
                            if (acknowledged) {
                                assertThat(restarted.blobs().size(OTHER, layer)).isEmpty();
                            }
                            assertThat(Image.readBlob(restarted, NAME, layer)).isEqualTo(FIRST.layer());
                        }));
    }

    @FunctionalInterface
    private interface NewOperation {
        Operation make();
    }

    @FunctionalInterface
    private interface Run {
        void run(Registry registry) throws IOException;
    }

    @FunctionalInterface
    private interface Check {
        void check(Registry restarted, boolean acknowledged) throws IOException;
    }

    private static void crashEverywhere(Fault fault, NewOperation operations) throws IOException {
        int nth = 0;
        boolean crashed;
        do {
            nth++;
            MemoryStore disk = filled();
            Operation operation = operations.make();

            FaultyObjectStore faulty = FaultyObjectStore.crashing(disk, nth, fault);
            crashed = fails(() -> operation.run(new Registry(faulty, CONFIG)));

            try (Registry restarted = new Registry(disk, CONFIG)) {
                restarted.open();
                assertSound(disk, restarted);
                assertNothingDangles(restarted, List.of(NAME, OTHER));
                operation.check(restarted, !crashed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("after a crash at write " + nth + ", " + fault, e);
            }
        } while (crashed);
        assertThat(nth).as("writes of the operation").isGreaterThan(2);
        failEverywhere(fault, operations);
    }

    /** The disk says no at each write in turn, and the process goes on: with all that it has in memory. */
    private static void failEverywhere(Fault fault, NewOperation operations) throws IOException {
        FaultyObjectStore faulty;
        int nth = 0;
        do {
            nth++;
            MemoryStore disk = filled();
            Operation operation = operations.make();

            boolean full = nth % 2 == 0;
            FaultyObjectStore failing = FaultyObjectStore.failingOnce(
                    disk,
                    nth,
                    fault,
                    () -> full ? new StorageFullException("disk is full") : new IOException("Input/output error"));
            faulty = failing;
            try (Registry registry = new Registry(failing, CONFIG)) {
                registry.open();
                boolean failed = fails(() -> operation.run(registry));
                failing.recover();
                assertNothingDangles(registry, List.of(NAME, OTHER));
                operation.check(registry, !failed);
                assertSound(disk, registry);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("after an error at write " + nth + ", " + fault, e);
            }
        } while (faulty.hasFailed());
    }

    private static MemoryStore filled() throws IOException {
        MemoryStore disk = new MemoryStore();
        Registry before = new Registry(disk, CONFIG);
        FIRST.push(before, NAME, LATEST);
        FIRST.putManifest(before, NAME, OLD);
        return disk;
    }

    /** Others read while a write takes its time: at no moment do they see half of something. */
    @Test
    void noReaderSeesAnythingHalf() throws IOException {
        MemoryStore disk = filled();
        FaultyObjectStore slow = FaultyObjectStore.sound(disk);
        try (Registry registry = new Registry(slow, CONFIG);
                Registry other = new Registry(disk, CONFIG)) {
            registry.open();
            other.open();
            int[] looks = new int[1];
            slow.beforeEachWrite(() -> {
                looks[0]++;
                assertSound(disk, other);
                assertNothingDangles(other, List.of(NAME, OTHER));
                assertIndexIsRight(other);
            });
            SECOND.push(registry, NAME, LATEST);
            pushReferrer(registry);
            registry.blobs().mount(OTHER, NAME, sha256(FIRST.layer()));
            registry.manifests().delete(NAME, OLD);
            registry.manifests().delete(NAME, REFERRER);
            registry.manifests().delete(NAME, new Reference.ByDigest(SECOND.digest()));
            assertThat(looks[0]).isGreaterThan(20);
        }
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    /** Whether the client was told of an error. */
    private static boolean fails(Action action) {
        try {
            action.run();
            return false;
        } catch (IOException e) {
            assertThat(e.getMessage()).containsAnyOf("process", "Input/output error", "disk is full");
            return true;
        } catch (RegistryException e) {
            assertThat(e.error()).isEqualTo(RegistryError.STORAGE_FULL);
            return true;
        }
    }

    private static Operation operation(Run run, Check check) {
        return new Operation() {
            @Override
            public void run(Registry registry) throws IOException {
                run.run(registry);
            }

            @Override
            public void check(Registry restarted, boolean acknowledged) throws IOException {
                // A client that got no answer tries again, and must be able to.
                if (!acknowledged) {
                    try {
                        check.check(restarted, false);
                        return;
                    } catch (RegistryException | AssertionError e) {
                        retry(restarted);
                    }
                }
                check.check(restarted, true);
            }

            private void retry(Registry restarted) throws IOException {
                try {
                    run.run(restarted);
                } catch (RegistryException e) {
                    // what was to be deleted is gone already
                    assertThat(e.error()).isIn(RegistryError.MANIFEST_UNKNOWN, RegistryError.NAME_UNKNOWN);
                }
            }
        };
    }

    private static boolean exists(Registry registry, RepositoryName name, Reference reference) throws IOException {
        try {
            assertWhole(registry, name, reference);
            return true;
        } catch (RegistryException e) {
            assertThat(e.error()).isIn(RegistryError.MANIFEST_UNKNOWN, RegistryError.NAME_UNKNOWN);
            return false;
        }
    }

    /** The offset of a session; empty when there is none. */
    private static Optional<Long> offset(Registry registry, UploadId id) throws IOException {
        try {
            return Optional.of(registry.uploads().offset(NAME, id));
        } catch (RegistryException e) {
            assertThat(e.error()).isEqualTo(RegistryError.BLOB_UPLOAD_UNKNOWN);
            return Optional.empty();
        }
    }

    /** In three chunks; the client goes on from the offset that it is told, or begins again. */
    private static class Upload implements Operation {

        @Nullable
        UploadId id;

        private int acknowledgedBytes;
        private boolean committing;

        @Override
        public void run(Registry registry) throws IOException {
            UploadId session = registry.uploads().start(NAME, DigestAlgorithm.SHA512);
            id = session;
            for (int end : new int[] {5, 12, 20}) {
                try (UploadWriter writer = registry.uploads().open(NAME, session)) {
                    writer.append(ByteBuffer.wrap(CONTENT, acknowledgedBytes, end - acknowledgedBytes));
                    acknowledgedBytes = end;
                }
            }
            finish(registry, session);
        }

        void finish(Registry registry, UploadId session) throws IOException {
            committing = true;
            try (UploadWriter writer = registry.uploads().open(NAME, session)) {
                writer.commit(DIGEST);
            }
        }

        @Override
        public void check(Registry restarted, boolean acknowledged) throws IOException {
            boolean there = restarted.blobs().size(NAME, DIGEST).isPresent();
            assertThat(there || !acknowledged).isTrue();
            if (id != null) {
                Optional<Long> offset = offset(restarted, id);
                if (offset.isPresent()) {
                    assertThat(acknowledged).isFalse();
                    assertThat(offset.get()).isGreaterThanOrEqualTo(acknowledgedBytes);
                    goOn(restarted, id, offset.get().intValue());
                } else {
                    assertThat(committing)
                            .as("an upload is lost only by its commit")
                            .isTrue();
                }
            }
            Image.pushBlob(restarted, NAME, CONTENT);
            assertThat(Image.readBlob(restarted, NAME, DIGEST)).isEqualTo(CONTENT);
        }

        private static void goOn(Registry restarted, UploadId session, int from) throws IOException {
            try (UploadWriter writer = restarted.uploads().open(NAME, session)) {
                assertThat(writer.offset()).isEqualTo(from);
                writer.append(ByteBuffer.wrap(Arrays.copyOfRange(CONTENT, from, CONTENT.length)));
                writer.commit(DIGEST);
            }
            assertThat(Image.readBlob(restarted, NAME, DIGEST)).isEqualTo(CONTENT);
        }
    }

    /** The session may be there still, or not; never as something else than it was. */
    private static final class CancelledUpload extends Upload {

        private boolean cancelling;

        @Override
        void finish(Registry registry, UploadId session) throws IOException {
            cancelling = true;
            registry.uploads().cancel(NAME, session);
        }

        @Override
        public void check(Registry restarted, boolean acknowledged) throws IOException {
            if (!cancelling) {
                super.check(restarted, false);
            } else if (id != null) {
                Optional<Long> offset = offset(restarted, id);
                assertThat(offset.isPresent() && acknowledged).isFalse();
                assertThat(offset.orElse((long) CONTENT.length)).isEqualTo(CONTENT.length);
                assertThat(restarted.blobs().size(NAME, DIGEST)).isEmpty();
            }
        }
    }

    /** A commit with the wrong digest never makes a blob. */
    private static final class RefusedUpload extends Upload {

        private boolean refusing;

        @Override
        void finish(Registry registry, UploadId session) throws IOException {
            refusing = true;
            try (UploadWriter writer = registry.uploads().open(NAME, session)) {
                writer.commit(sha256(bytes("something else")));
            } catch (RegistryException e) {
                assertThat(e.error()).isEqualTo(RegistryError.DIGEST_INVALID);
            }
        }

        @Override
        public void check(Registry restarted, boolean acknowledged) throws IOException {
            if (!refusing) {
                super.check(restarted, false);
            } else if (id != null) {
                assertThat(offset(restarted, id).isPresent() && acknowledged).isFalse();
                assertThat(restarted.blobs().size(NAME, sha256(bytes("something else"))))
                        .isEmpty();
                assertThat(restarted.blobs().size(NAME, DIGEST)).isEmpty();
            }
        }
    }
}
