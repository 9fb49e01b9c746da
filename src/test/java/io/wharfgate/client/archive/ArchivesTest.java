package io.wharfgate.client.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.client.CopyOptions;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageCopy;
import io.wharfgate.client.ImageTarget;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.MemoryImages;
import io.wharfgate.client.Progress;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {

    private static final Tag ONE = new Tag("1");

    @TempDir
    Path directory;

    private final MemoryImages images = new MemoryImages();

    private Scratch scratch() throws IOException {
        return new Scratch(Files.createDirectories(directory.resolve("scratch")));
    }

    private void export(ImageTarget target) throws IOException {
        try (target) {
            ImageCopy copy =
                    new ImageCopy(images, target, new CopyOptions(Optional.empty(), true, false, 2), Progress.none());
            for (Tag tag : images.tags()) {
                copy.copy(tag, Optional.of(tag));
            }
            target.finish();
        }
    }

    private MemoryImages imported(Archive archive) throws IOException {
        MemoryImages target = new MemoryImages();
        try (archive) {
            ImageCopy copy =
                    new ImageCopy(archive, target, new CopyOptions(Optional.empty(), true, false, 2), Progress.none());
            for (int i = 0; i < archive.images().size(); i++) {
                copy.copy(archive.image(i), archive.images().get(i).tag());
            }
        }
        return target;
    }

    private void makeImages() throws IOException {
        Manifest image = images.image("a", "1");
        images.index("multi", Map.of("amd64", image));
        images.manifest(
                images.imageJson(
                        "sbom",
                        ",\"subject\":"
                                + MemoryImages.descriptor(
                                        image.mediaType().value(), image.digest(), image.content().length)),
                "");
    }

    @Test
    void aLayoutGivesBackWhatItGot() throws IOException {
        makeImages();
        Path layout = directory.resolve("layout");
        export(LayoutDirectory.open(layout, Optional.of("registry.example.com/app")));

        MemoryImages back = imported(Archives.open(layout, scratch()));

        assertThat(back.tags).isEqualTo(images.tags);
        assertThat(back.manifests.keySet()).isEqualTo(images.manifests.keySet());
        assertThat(back.blobs.keySet()).isEqualTo(images.blobs.keySet());
    }

    @Test
    void aTarGivesBackWhatItGotThroughAPipeAndCompressedToo() throws IOException {
        makeImages();
        var bytes = new ByteArrayOutputStream();
        export(TarArchive.stream(bytes, false, Optional.empty()));
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes.toByteArray());
        }

        MemoryImages back =
                imported(Archives.read(new ByteArrayInputStream(compressed.toByteArray()), "pipe", scratch()));

        assertThat(back.tags).isEqualTo(images.tags);
        assertThat(back.manifests.keySet()).isEqualTo(images.manifests.keySet());
        assertThat(scratchFiles()).isEmpty();
    }

    private String[] scratchFiles() throws IOException {
        return scratch().toString().isEmpty()
                ? new String[0]
                : directory.resolve("scratch").toFile().list();
    }

    @Test
    void moreImagesGoIntoALayoutThatIsThere() throws IOException {
        images.image("a", "1");
        Path layout = directory.resolve("layout");
        export(LayoutDirectory.open(layout, Optional.empty()));
        images.tags.clear();
        images.image("b", "2");
        export(LayoutDirectory.open(layout, Optional.empty()));

        assertThat(imported(Archives.open(layout, scratch())).tags).containsOnlyKeys(ONE, new Tag("2"));
    }

    @Test
    void aDirectoryWithSomethingElseInItIsLeftAlone() throws IOException {
        Files.writeString(directory.resolve("thesis.txt"), "precious");

        assertThatThrownBy(() -> LayoutDirectory.open(directory, Optional.empty()))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("not empty");
    }

    @Test
    void aFileIsNotThereUntilItIsWhole() throws IOException {
        images.image("a", "1");
        images.blobs.clear();
        Path file = directory.resolve("out.tar");

        assertThatThrownBy(() -> export(TarArchive.create(file, false, Optional.empty())))
                .isInstanceOf(ExchangeException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileThatOnlyLooksLikeAPartOfItIsLeftAlone() throws IOException {
        images.image("a", "1");
        Path precious = Files.writeString(directory.resolve("precious"), "mine");
        Path link = Files.createSymbolicLink(directory.resolve("out.tar.part"), precious);

        export(TarArchive.create(directory.resolve("out.tar"), false, Optional.empty()));

        assertThat(precious).hasContent("mine");
        assertThat(link).isSymbolicLink();
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("out.tar", "out.tar.part", "precious");
    }

    // --- what docker save writes -----------------------------------------------------------------------------------

    private static Digest sha256(byte[] content) {
        return Digest.of(DigestAlgorithm.SHA256, content);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Of one image of two layers, the second one compressed. */
    private byte[] dockerSave(Digest second) throws IOException {
        byte[] compressed = compressed(text("second layer"));
        String config = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + sha256(text("first layer")) + "\",\""
                + second + "\"]}}";
        var bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        tar.add("one/layer.tar", text("first layer"));
        tar.add("one/VERSION", text("1.0"));
        tar.add("two/layer.tar", compressed);
        tar.add("config.json", text(config));
        tar.add(
                "manifest.json",
                text("[{\"Config\":\"config.json\",\"RepoTags\":[\"registry.example.com:5000/app:1\"],"
                        + "\"Layers\":[\"one/layer.tar\",\"two/layer.tar\"]}]"));
        tar.finish();
        return bytes.toByteArray();
    }

    private static byte[] compressed(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    private Archive read(byte[] content) throws IOException {
        return Archives.read(new ByteArrayInputStream(content), "pipe", scratch());
    }

    @Test
    void whatSkopeoHasCopiedToADirectoryIsToldApart() throws IOException {
        var bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        tar.add("version", text("Directory Transport Version: 1.1\n"));
        tar.add("manifest.json", text("{\"schemaVersion\":2,\"layers\":[]}"));
        tar.finish();
        assertThatThrownBy(() -> read(bytes.toByteArray()))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("skopeo has copied to dir:");
    }

    @Test
    void aDockerArchiveBecomesAnImageWithItsIdAndCompressedLayers() throws IOException {
        byte[] save = dockerSave(sha256(text("second layer")));

        MemoryImages target = imported(read(save));

        Manifest manifest = target.manifest(ONE).orElseThrow();
        assertThat(manifest.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
        byte[] config = target.blobs.get(manifest.config().orElseThrow().digest());
        assertThat(config).asString().contains("diff_ids");
        assertThat(manifest.layers())
                .hasSize(2)
                .allSatisfy(layer -> assertThat(layer.mediaType().value())
                        .isEqualTo("application/vnd.docker.image.rootfs.diff.tar.gzip"));
        byte[] first = target.blobs.get(manifest.layers().get(0).digest());
        assertThat(new GZIPInputStream(new ByteArrayInputStream(first)).readAllBytes())
                .asString()
                .isEqualTo("first layer");
        assertThat(imported(read(save)).manifests.keySet()).isEqualTo(target.manifests.keySet());
        assertThat(scratchFiles()).isEmpty();
    }

    @Test
    void aLayerThatIsNotWhatTheConfigurationSaysIsFound() throws IOException {
        byte[] save = dockerSave(sha256(text("another layer")));

        assertThatThrownBy(() -> imported(read(save)))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("damaged");
        assertThat(scratchFiles()).isEmpty();
    }

    @Test
    void anArchiveForDockerTellsIdAndLayersAndIsReadAgain() throws IOException {
        images.image("a", "1");
        Path file = directory.resolve("docker.tar");

        export(TarArchive.create(file, true, Optional.of("team/app")));

        try (TarFiles files = new TarFiles("docker.tar", file, false)) {
            assertThat(files.read("manifest.json", 10_000).orElseThrow())
                    .asString()
                    .contains("\"RepoTags\":[\"team/app:1\"]")
                    .contains("\"Config\":\"blobs/sha256/");
        }
        assertThat(imported(Archives.open(file, scratch())).manifests.keySet()).isEqualTo(images.manifests.keySet());
    }

    @Test
    void anIndexIsNothingForDockersFormat() throws IOException {
        images.index("1", Map.of("amd64", images.image("a", "")));

        assertThatThrownBy(() -> export(TarArchive.create(directory.resolve("d.tar"), true, Optional.empty())))
                .hasMessageContaining("--platform");
    }

    // --- what is none ----------------------------------------------------------------------------------------------

    @Test
    void whatHoldsNoImagesIsToldSo() throws IOException {
        var bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        tar.add("etc/passwd", text("root"));
        tar.finish();

        assertThatThrownBy(() -> read(bytes.toByteArray())).hasMessageContaining("holds no images");
        assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(ExchangeException.class);
        assertThatThrownBy(() -> Archives.open(directory.resolve("none"), scratch()))
                .hasMessageContaining("there is no archive");
        assertThat(scratchFiles()).isEmpty();
    }

    @Test
    void aLayoutThatIsNotWholeIsToldSo() throws IOException {
        images.image("a", "1");
        Path layout = directory.resolve("layout");
        export(LayoutDirectory.open(layout, Optional.empty()));
        Digest layer = sha256(text("layer of a"));
        Files.delete(layout.resolve("blobs/sha256/" + layer.hex()));

        assertThatThrownBy(() -> imported(Archives.open(layout, scratch())))
                .hasMessageContaining(layer.hex())
                .hasMessageContaining("not whole");
    }

    @Test
    void aLinkOutOfALayoutIsNotFollowed() throws IOException {
        images.image("a", "1");
        Path layout = directory.resolve("layout");
        export(LayoutDirectory.open(layout, Optional.empty()));
        Path secret = Files.writeString(directory.resolve("secret"), "layer of a");
        Path blob = layout.resolve("blobs/sha256/" + sha256(text("layer of a")).hex());
        Files.delete(blob);
        Files.createSymbolicLink(blob, secret);

        assertThatThrownBy(() -> imported(Archives.open(layout, scratch()))).hasMessageContaining("leads out");
    }
}
