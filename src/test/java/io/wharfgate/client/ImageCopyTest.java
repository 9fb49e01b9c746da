package io.wharfgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageCopyTest {

    private static final Tag ONE = new Tag("1");

    private final MemoryImages source = new MemoryImages();
    private final MemoryImages target = new MemoryImages();

    private ImageCopy copy(CopyOptions options) {
        return new ImageCopy(source, target, options, Progress.none());
    }

    private ImageCopy.Copied copy() throws IOException {
        return copy(CopyOptions.standard()).copy(ONE, Optional.of(ONE));
    }

    @Test
    void anIndexArrivesWithAllOfItAndItsTagLast() throws IOException {
        Manifest index = source.index("1", Map.of("amd64", source.image("a", ""), "arm64", source.image("b", "")));

        ImageCopy.Copied copied = copy();

        assertThat(copied).isEqualTo(new ImageCopy.Copied(index.digest(), false));
        assertThat(target.blobs.keySet()).isEqualTo(source.blobs.keySet());
        assertThat(target.manifests.keySet()).isEqualTo(source.manifests.keySet());
        assertThat(target.writes).containsExactly("blob", "blob", "blob", "blob", "manifest", "manifest", "tag 1");
    }

    @Test
    void doneAgainNothingIsWritten() throws IOException {
        source.index("1", Map.of("amd64", source.image("a", "")));
        copy();
        target.writes.clear();

        assertThat(copy().present()).isTrue();
        assertThat(target.writes).isEmpty();
    }

    @Test
    void whatWasInterruptedGoesOnWithWhatIsMissing() throws IOException {
        source.image("a", "1");
        target.blob("layer of a");

        copy();

        assertThat(target.writes).containsExactly("blob", "tag 1");
    }

    @Test
    void forceLooksForBlobsThatTheManifestSaysAreThere() throws IOException {
        source.image("a", "1");
        copy();
        target.blobs.clear();

        copy(new CopyOptions(Optional.empty(), false, true, 1)).copy(ONE, Optional.of(ONE));

        assertThat(target.blobs.keySet()).isEqualTo(source.blobs.keySet());
    }

    @Test
    void ofAPlatformOnlyThatImageGoes() throws IOException {
        Manifest arm = source.image("b", "");
        source.index("1", Map.of("amd64", source.image("a", ""), "arm64", arm));

        Optional<Platform> platform = Optional.of(Platform.parse("linux/arm64"));
        copy(new CopyOptions(platform, false, false, 1)).copy(ONE, Optional.of(ONE));

        assertThat(target.manifests.keySet()).containsExactly(arm.digest());
        assertThat(target.tags).containsEntry(ONE, arm.digest());
    }

    @Test
    void aPlatformThatIsNotThereIsToldWithThoseThatAre() throws IOException {
        source.index("1", Map.of("amd64", source.image("a", "")));
        Optional<Platform> platform = Optional.of(Platform.parse("linux/riscv64"));

        assertThatThrownBy(
                        () -> copy(new CopyOptions(platform, false, false, 1)).copy(ONE, Optional.of(ONE)))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("linux/riscv64")
                .hasMessageContaining("linux/amd64");
    }

    @Test
    void referrersOfImagesAndOfReferrersGoAlongAndSoDoSignaturesByTag() throws IOException {
        Manifest image = source.image("a", "1");
        Manifest bill = source.manifest(source.imageJson("sbom", subject(image)), "");
        source.manifest(source.imageJson("signature of the sbom", subject(bill)), "");
        String signature = "sha256-" + image.digest().hex() + ".sig";
        source.image("cosign", signature);
        source.image("of another", "sha256-" + "0".repeat(64) + ".sig");

        copy(new CopyOptions(Optional.empty(), true, false, 2)).copy(ONE, Optional.of(ONE));

        assertThat(target.manifests).hasSize(4);
        assertThat(target.tags).containsOnlyKeys(ONE, new Tag(signature));
        assertThat(target.writes).last().isEqualTo("tag 1");
    }

    private static String subject(Manifest of) {
        return ",\"subject\":" + MemoryImages.descriptor(of.mediaType().value(), of.digest(), of.content().length);
    }

    @Test
    void aDamagedBlobIsFoundAndNothingIsTagged() throws IOException {
        source.image("a", "1");
        Digest layer = Digest.of(DigestAlgorithm.SHA256, MemoryImages.bytes("layer of a"));
        source.blobs.put(layer, MemoryImages.bytes("LAYER of a"));

        assertThatThrownBy(this::copy).isInstanceOf(ExchangeException.class).hasMessageContaining(layer.toString());
        assertThat(target.manifests).isEmpty();
        assertThat(target.blobs).doesNotContainKey(layer);
    }

    @Test
    void aBlobThatIsShorterThanItsDescriptorSaysIsNotTaken() throws IOException {
        source.image("a", "1");
        Digest layer = Digest.of(DigestAlgorithm.SHA256, MemoryImages.bytes("layer of a"));
        source.blobs.put(layer, MemoryImages.bytes("layer"));

        assertThatThrownBy(this::copy).hasMessageContaining("ends at 5 of 10 bytes");
        assertThat(target.tags).isEmpty();
    }

    @Test
    void twoSizesOfOneBlobAreAForgery() throws IOException {
        Digest blob = source.blob("x");
        String type = "application/octet-stream";
        source.manifest(
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                        + MemoryImages.descriptor(type, blob, 1) + ",\"layers\":["
                        + MemoryImages.descriptor(type, blob, 1_000_000_000_000L) + "]}",
                "1");

        assertThatThrownBy(this::copy).hasMessageContaining("different sizes");
    }

    @Test
    void aManifestOfAnotherSizeThanItsDescriptorSaysIsRefused() throws IOException {
        Manifest image = source.image("a", "");
        source.manifest(
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                        + MemoryImages.descriptor(image.mediaType().value(), image.digest(), 5) + "]}",
                "1");

        assertThatThrownBy(this::copy).hasMessageContaining("that descriptor is wrong");
    }

    @Test
    void indexesWithoutEndAreGivenUp() throws IOException {
        Manifest inner = source.image("a", "");
        for (int depth = 0; depth < 12; depth++) {
            inner = source.index("1", Map.of("level" + depth, inner));
        }

        assertThatThrownBy(this::copy).hasMessageContaining("deeper");
        assertThat(target.writes).isEmpty();
    }

    @Test
    void anEntryThatTheSourceLacksIsNamed() throws IOException {
        Manifest image = source.image("a", "");
        source.index("1", Map.of("amd64", image));
        source.manifests.remove(image.digest());

        assertThatThrownBy(this::copy)
                .hasMessageContaining(image.digest().toString())
                .hasMessageContaining("linux/amd64");
    }

    @Test
    void anInterruptedTransferIsHashedOnce() throws IOException {
        Digest digest = source.blob("0123456789");
        long[] moved = {0};
        var blob =
                new VerifiedBlob(source, Descriptor.of(MediaType.OCTET_STREAM, digest, 10), bytes -> moved[0] += bytes);
        try (var first = blob.open(0)) {
            assertThat(first.readNBytes(7)).hasSize(7);
        }

        try (var second = blob.open(4)) {
            assertThat(second.readAllBytes()).asString().isEqualTo("456789");
        }
        assertThat(moved[0]).isEqualTo(10);
    }
}
