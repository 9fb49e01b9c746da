package io.wharfgate.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.Image;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.check.StorageInvariants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every single thing that is asked of the disk fails once: with EIO, or for want of room or inodes. Clients try again, and
 * that is all it takes; a power failure afterwards loses nothing either.
 */
class DiskErrorTest {

    /** Each run takes every so many-th step, from one by chance, so that some runs together take all; 1 takes all at once. */
    private static final int STRIDE = Integer.getInteger("wharfgate.crash.stride", 10);

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final RepositoryName OTHER = new RepositoryName("other");
    private static final Tag LATEST = new Tag("latest");
    private static final Tag OLD = new Tag("old");
    private static final Image FIRST = new Image("first");
    private static final Image SECOND = new Image("second");
    private static final Digest LAYER = Image.sha256(FIRST.layer());

    @TempDir
    Path directory;

    @FunctionalInterface
    private interface Request {
        void to(Registry registry) throws IOException;
    }

    private static final List<Request> DAY = List.of(
            registry -> FIRST.pushBlobs(registry, NAME),
            registry -> FIRST.putManifest(registry, NAME, LATEST),
            registry -> FIRST.putManifest(registry, NAME, OLD),
            registry -> registry.blobs().mount(OTHER, NAME, LAYER),
            registry -> SECOND.pushBlobs(registry, NAME),
            registry -> SECOND.putManifest(registry, NAME, LATEST),
            registry -> registry.manifests().delete(NAME, OLD),
            registry -> registry.manifests().delete(NAME, new Reference.ByDigest(FIRST.digest())),
            // The next write of whatever kind makes up for a deletion that could not be made durable.
            registry -> registry.uploads().start(OTHER, DigestAlgorithm.SHA256));

    @Test
    void clientsTryAgainAndThatIsAll() throws IOException {
        long seed = Long.getLong("wharfgate.crash.seed", new Random().nextLong());
        Random random = new Random(seed);
        DiskLog log;
        int nth = random.nextInt(STRIDE);
        do {
            nth += STRIDE;
            log = new DiskLog();
            String error = random.nextBoolean() ? "No space left on device" : "Input/output error";
            log.failAt(nth, () -> new IOException(error));
            Path disk = Files.createDirectory(directory.resolve("disk-" + nth));
            try (FilesystemStore store = FilesystemStore.open(new RecordedDisk(disk, log).path());
                    Registry registry = new Registry(store, new RegistryConfig(true, false))) {
                for (Request request : DAY) {
                    send(request, registry, store);
                }
                assertEnd(registry, store);
                lookAfterPowerFailure(log, nth);
            } catch (RuntimeException | AssertionError | IOException e) {
                throw new AssertionError("after " + error + " at step " + nth + ", seed " + seed, e);
            }
        } while (log.hasFailed());
        assertThat(nth).isGreaterThan(100);
    }

    private static void send(Request request, Registry registry, FilesystemStore store) throws IOException {
        try {
            request.to(registry);
        } catch (RegistryException | IOException e) {
            if (e instanceof RegistryException refused) {
                assertThat(refused.error()).isEqualTo(RegistryError.STORAGE_FULL);
            }
            StorageInvariants.assertSound(store, registry);
            tryAgain(request, registry);
        }
    }

    private static void tryAgain(Request request, Registry registry) throws IOException {
        try {
            request.to(registry);
        } catch (RegistryException e) {
            // What was to be deleted is gone already.
            assertThat(e.error()).isIn(RegistryError.MANIFEST_UNKNOWN, RegistryError.NAME_UNKNOWN);
        }
    }

    private static void assertEnd(Registry registry, FilesystemStore store) throws IOException {
        StorageInvariants.assertSound(store, registry);
        assertThat(registry.manifests().get(NAME, LATEST).content()).isEqualTo(SECOND.manifest());
        assertThat(Image.readBlob(registry, NAME, Image.sha256(SECOND.layer()))).isEqualTo(SECOND.layer());
        assertThat(Image.readBlob(registry, OTHER, LAYER)).isEqualTo(FIRST.layer());
        assertThat(exists(registry, OLD)).isFalse();
        assertThat(exists(registry, new Reference.ByDigest(FIRST.digest()))).isFalse();
    }

    /** What was acknowledged at the second attempt is as durable as at the first. */
    private void lookAfterPowerFailure(DiskLog log, int nth) throws IOException {
        LostPower lost = new LostPower();
        log.steps().forEach(lost::take);
        Path left = directory.resolve("left-" + nth);
        lost.writeForced(left);
        try (FilesystemStore store = FilesystemStore.open(RecordedDisk.unforced(left));
                Registry registry = new Registry(store, new RegistryConfig(true, false))) {
            assertEnd(registry, store);
        } catch (RuntimeException | AssertionError | IOException e) {
            throw new AssertionError("power lost afterwards", e);
        }
    }

    private static boolean exists(Registry registry, Reference reference) throws IOException {
        try {
            registry.manifests().get(NAME, reference);
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }
}
