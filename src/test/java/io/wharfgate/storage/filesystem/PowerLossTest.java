package io.wharfgate.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Image;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.check.StorageInvariants;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day in the life of a registry, on a disk that writes down every step; then the power fails after each of them. What was
 * acknowledged is there, what was deleted is not, and what is there is whole.
 */
class PowerLossTest {

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final RepositoryName OTHER = new RepositoryName("other");
    private static final Tag LATEST = new Tag("latest");
    private static final Tag OLD = new Tag("old");
    private static final Image FIRST = new Image("first");
    private static final Image SECOND = new Image("second");
    private static final Digest LAYER = Image.sha256(FIRST.layer());
    private static final byte[] CONTENT = Image.bytes("0123456789abcdefghij");
    private static final byte[] SIGNATURE =
            Image.bytes("{\"subject\":{\"digest\":\"" + FIRST.digest() + "\"},\"config\":{},\"layers\":[]}");

    /** How often what is left by chance is drawn. */
    private static final int SEEDS = Integer.getInteger("wharfgate.crash.seeds", 1);

    @TempDir
    Path directory;

    private final DiskLog log = new DiskLog();
    private final List<Claim> claims = new ArrayList<>();

    /** Something that has to hold when the power fails after any of these steps. */
    private record Claim(String what, int from, int to, Check check) {}

    @FunctionalInterface
    private interface Check {
        void on(Registry registry) throws IOException;
    }

    @Test
    void nothingAcknowledgedIsLost() throws IOException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        try (FilesystemStore store = FilesystemStore.open(new RecordedDisk(disk, log).path());
                Registry registry = new Registry(store, new RegistryConfig(true, false))) {
            live(registry);
        }
        Random seeds = new Random();
        for (int i = 0; i < SEEDS; i++) {
            failAfterEachStep(Long.getLong("wharfgate.crash.seed", seeds.nextLong()), directory.resolve("run-" + i));
        }
    }

    private void failAfterEachStep(long seed, Path left) throws IOException {
        LostPower lost = new LostPower();
        Random random = new Random(seed);
        List<DiskLog.Step> steps = log.steps();
        int forced = 0;
        for (int step = 0; step < steps.size(); step++) {
            lost.take(steps.get(step));
            String when = "power lost after step " + step + ", " + steps.get(step) + ", seed " + seed;
            // Between two of these nothing new is certain.
            if (steps.get(step) instanceof DiskLog.SyncDirectory) {
                look(
                        written(left.resolve("forced-" + step), lost::writeForced),
                        step,
                        when + ", all else gone",
                        ++forced % 10 == 0);
            }
            if (step % 8 == 0) {
                look(
                        written(left.resolve("some-" + step), at -> lost.writeSome(at, random)),
                        step,
                        when + ", some of the rest there",
                        false);
            }
        }
        assertThat(forced).isGreaterThan(50);
    }

    private void live(Registry registry) throws IOException {
        FIRST.push(registry, NAME, LATEST);
        claim("first image by digest", restarted -> manifest(restarted, new Reference.ByDigest(FIRST.digest())));
        int moving = claimUntilLater(
                "tag latest",
                restarted -> assertThat(manifest(restarted, LATEST)).isEqualTo(FIRST.digest()));
        FIRST.putManifest(registry, NAME, OLD);
        int old = claimUntilLater("tag old", restarted -> manifest(restarted, OLD));

        UploadId upload = registry.uploads().start(NAME, DigestAlgorithm.SHA256);
        int uploading = claimUntilLater(
                "upload session", restarted -> restarted.uploads().offset(NAME, upload));
        for (int at = 0; at < CONTENT.length; at += 10) {
            try (var writer = registry.uploads().open(NAME, upload)) {
                writer.append(ByteBuffer.wrap(CONTENT, at, 10));
            }
        }
        end(uploading);
        try (var writer = registry.uploads().open(NAME, upload)) {
            writer.commit(Image.sha256(CONTENT));
        }
        claim(
                "blob",
                restarted -> assertThat(Image.readBlob(restarted, NAME, Image.sha256(CONTENT)))
                        .isEqualTo(CONTENT));

        SECOND.pushBlobs(registry, NAME);
        end(moving);
        SECOND.putManifest(registry, NAME, LATEST);
        int moved = claimUntilLater(
                "moved tag",
                restarted -> assertThat(manifest(restarted, LATEST)).isEqualTo(SECOND.digest()));

        Digest signature = Image.sha256(SIGNATURE);
        registry.manifests()
                .put(
                        NAME,
                        new Reference.ByDigest(signature),
                        List.of(),
                        Optional.of(new MediaType("application/vnd.example+json")),
                        SIGNATURE);
        claim(
                "referrer",
                restarted -> assertThat(restarted
                                .referrers()
                                .page(NAME, FIRST.digest(), Optional.empty(), OptionalInt.empty(), Optional.empty())
                                .items())
                        .hasSize(1));

        registry.blobs().mount(OTHER, NAME, LAYER);
        claim(
                "mounted blob",
                restarted -> assertThat(restarted.blobs().size(OTHER, LAYER)).isPresent());

        end(old);
        registry.manifests().delete(NAME, OLD);
        claim("deleted tag", restarted -> assertThat(exists(restarted, OLD)).isFalse());
        end(moved);
        registry.manifests().delete(NAME, new Reference.ByDigest(SECOND.digest()));
        claim("deleted manifest", restarted -> {
            assertThat(exists(restarted, new Reference.ByDigest(SECOND.digest())))
                    .isFalse();
            assertThat(exists(restarted, LATEST)).isFalse();
        });
    }

    @FunctionalInterface
    private interface Writing {
        void at(Path directory) throws IOException;
    }

    private static Path written(Path directory, Writing writing) throws IOException {
        writing.at(directory);
        return directory;
    }

    private void look(Path left, int step, String when, boolean goOn) throws IOException {
        try (FilesystemStore store = FilesystemStore.open(RecordedDisk.unforced(left));
                Registry registry = new Registry(store, new RegistryConfig(true, false))) {
            StorageInvariants.assertSound(store, registry);
            for (Claim claim : claims) {
                if (claim.from() <= step && step < claim.to()) {
                    claim.check().on(registry);
                }
            }
            if (goOn) {
                SECOND.push(registry, NAME, LATEST);
                assertThat(manifest(registry, LATEST)).isEqualTo(SECOND.digest());
                StorageInvariants.assertSound(store, registry);
            }
        } catch (RuntimeException | AssertionError | IOException e) {
            throw new AssertionError(when, e);
        }
    }

    /** From now on. */
    private void claim(String what, Check check) {
        claims.add(new Claim(what, log.size() - 1, Integer.MAX_VALUE, check));
    }

    private int claimUntilLater(String what, Check check) {
        claim(what, check);
        return claims.size() - 1;
    }

    /** What comes now may make it untrue. */
    private void end(int claim) {
        Claim open = claims.get(claim);
        claims.set(claim, new Claim(open.what(), open.from(), log.size(), open.check()));
    }

    private static Digest manifest(Registry registry, Reference reference) throws IOException {
        return registry.manifests().get(NAME, reference).digest();
    }

    private static boolean exists(Registry registry, Reference reference) throws IOException {
        try {
            manifest(registry, reference);
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }
}
