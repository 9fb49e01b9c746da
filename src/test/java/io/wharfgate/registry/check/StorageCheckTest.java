package io.wharfgate.registry.check;

import static io.wharfgate.registry.check.StoredRegistry.APP;
import static io.wharfgate.registry.check.StoredRegistry.IMAGE;
import static io.wharfgate.registry.check.StoredRegistry.LATEST;
import static io.wharfgate.registry.check.StoredRegistry.LAYER;
import static io.wharfgate.registry.check.StoredRegistry.ONE;
import static io.wharfgate.registry.check.StoredRegistry.OTHER;
import static io.wharfgate.registry.check.StoredRegistry.SIGNATURE_DIGEST;
import static io.wharfgate.registry.check.StoredRegistry.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Image;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damages a registry on disk in every way that a check knows of, one at a time: it is told, mended, and nothing is lost. */
class StorageCheckTest {

    @TempDir
    static Path template;

    @TempDir
    Path directory;

    private StoredRegistry stored;

    /** Once: copies of it cost no fsync. */
    @BeforeAll
    static void fill() throws IOException {
        try (StoredRegistry filled = new StoredRegistry(template)) {
            filled.fill();
        }
    }

    @BeforeEach
    void open() throws IOException {
        stored = new StoredRegistry(StoredRegistry.copy(template, directory));
    }

    @AfterEach
    void close() throws IOException {
        stored.close();
    }

    /** Something that is done to the files. */
    private interface Harm {
        void to(StoredRegistry stored) throws IOException;
    }

    /**
     * A damage.
     *
     * @param told kinds of what is found
     * @param left kinds of what is found after a repair; of all else nothing is
     */
    private record Damage(String name, Harm harm, List<String> told, List<String> left) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<String> LAYER_LOST = List.of("layer-missing", "layer-missing", "manifest-incomplete");
    private static final List<String> NOTHING = List.of();

    static Stream<Damage> damages() {
        return Stream.of(
                new Damage(
                        "a byte of a layer flipped",
                        stored -> flip(data(stored, LAYER)),
                        List.of("blob-corrupt", "manifest-incomplete"),
                        LAYER_LOST),
                new Damage(
                        "a layer cut off",
                        stored -> truncate(data(stored, LAYER)),
                        List.of("blob-corrupt", "manifest-incomplete"),
                        LAYER_LOST),
                new Damage("a layer gone", stored -> Files.delete(data(stored, LAYER)), LAYER_LOST, LAYER_LOST),
                new Damage(
                        "a manifest's content flipped",
                        stored -> flip(data(stored, IMAGE.digest())),
                        List.of("blob-corrupt", "manifest-missing", "tag-without-content", "tag-without-content"),
                        List.of("manifest-missing", "tag-without-content", "tag-without-content")),
                new Damage(
                        "a directory in a blob's place",
                        stored -> {
                            Files.delete(data(stored, LAYER));
                            Files.createDirectory(data(stored, LAYER));
                        },
                        List.of("wrong-kind", "layer-missing", "layer-missing", "manifest-incomplete"),
                        List.of("wrong-kind", "layer-missing", "layer-missing", "manifest-incomplete")),
                new Damage(
                        "an empty link of a layer",
                        stored -> write(stored.file(RegistryLayout.layerLink(APP, LAYER)), ""),
                        List.of("link-damaged", "manifest-incomplete"),
                        NOTHING),
                new Damage(
                        "another digest in the link of a layer",
                        stored -> write(
                                stored.file(RegistryLayout.layerLink(APP, LAYER)),
                                Image.sha256(IMAGE.config()).toString()),
                        List.of("link-wrong", "manifest-incomplete"),
                        NOTHING),
                new Damage(
                        "a link of a layer gone",
                        stored -> Files.delete(stored.file(RegistryLayout.layerLink(APP, LAYER))),
                        List.of("manifest-incomplete"),
                        List.of("manifest-incomplete")),
                new Damage(
                        "an empty link of a manifest",
                        stored -> write(stored.file(RegistryLayout.revisionLink(APP, IMAGE.digest())), ""),
                        List.of("link-damaged"),
                        NOTHING),
                new Damage(
                        "a tag to a manifest that is not there",
                        stored -> write(
                                stored.file(RegistryLayout.tagCurrentLink(APP, ONE)),
                                Image.sha256(IMAGE.config()).toString()),
                        List.of("tag-dangling"),
                        NOTHING),
                new Damage(
                        "an empty link of a tag",
                        stored -> write(stored.file(RegistryLayout.tagCurrentLink(APP, ONE)), ""),
                        List.of("tag-damaged"),
                        NOTHING),
                new Damage(
                        "a history of a tag gone",
                        stored -> Files.delete(stored.file(RegistryLayout.tagIndexLink(APP, ONE, IMAGE.digest()))),
                        List.of("tag-index"),
                        NOTHING),
                new Damage(
                        "a history without a tag",
                        stored -> Files.delete(stored.file(RegistryLayout.tagCurrentLink(APP, ONE))),
                        List.of("tag-leftover"),
                        NOTHING),
                new Damage(
                        "nonsense for a media type",
                        stored -> write(stored.file(RegistryLayout.revisionMediaType(APP, IMAGE.digest())), "??"),
                        List.of("media-type-damaged"),
                        NOTHING),
                new Damage(
                        "a wrong media type",
                        stored -> write(
                                stored.file(RegistryLayout.revisionMediaType(APP, IMAGE.digest())),
                                "application/vnd.oci.image.index.v1+json"),
                        List.of("media-type-wrong"),
                        NOTHING),
                new Damage(
                        "a media type gone",
                        stored -> Files.delete(stored.file(RegistryLayout.revisionMediaType(APP, SIGNATURE_DIGEST))),
                        List.of("media-type-unknown"),
                        List.of("media-type-unknown")),
                new Damage(
                        "a referrer that is not listed",
                        stored -> Files.delete(
                                stored.file(RegistryLayout.referrerLink(APP, IMAGE.digest(), SIGNATURE_DIGEST))),
                        List.of("referrer-missing"),
                        NOTHING),
                new Damage(
                        "a referrer listed for another manifest",
                        stored -> write(
                                stored.file(RegistryLayout.referrerLink(APP, LAYER, SIGNATURE_DIGEST)),
                                SIGNATURE_DIGEST.toString()),
                        List.of("referrer-wrong"),
                        NOTHING),
                new Damage(
                        "a referrer whose manifest is gone",
                        stored -> write(
                                stored.file(RegistryLayout.referrerLink(APP, IMAGE.digest(), LAYER)), LAYER.toString()),
                        List.of("referrer-stale"),
                        NOTHING),
                new Damage(
                        "nonsense in the list of scanned manifests",
                        stored -> write(stored.file(RegistryLayout.referrersScanned(APP)), "x\ny"),
                        List.of("referrers-scanned"),
                        NOTHING),
                new Damage(
                        "an upload without a date",
                        stored -> Files.delete(
                                stored.file(RegistryLayout.uploadStartedAt(APP, upload(stored, "content")))),
                        List.of("upload-undated"),
                        NOTHING),
                new Damage(
                        "an upload without data",
                        stored -> Files.delete(stored.file(RegistryLayout.uploadData(APP, upload(stored, "")))),
                        List.of("upload-leftover"),
                        List.of("upload-leftover")),
                new Damage(
                        "a stranger's file among the blobs",
                        stored -> write(stored.file("blobs/sha256/README"), "hello"),
                        List.of("foreign"),
                        List.of("foreign")),
                new Damage(
                        "a name that no key can have",
                        stored -> write(stored.file("repositories/team/app/_layers/sha256/a\\b/link"), ""),
                        List.of("foreign"),
                        List.of("foreign")),
                new Damage(
                        "a name that no repository can have",
                        stored -> Files.createDirectories(stored.file("repositories/team/App/_manifests")),
                        List.of("foreign"),
                        List.of("foreign")),
                new Damage(
                        "a file in a tag's place",
                        stored -> write(stored.file("repositories/team/app/_manifests/tags/2"), ""),
                        List.of("wrong-kind"),
                        List.of("wrong-kind")));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void tellsAndMends(Damage damage) throws IOException, InterruptedException {
        damage.harm().to(stored);
        Map<String, String> before = files();

        Findings dry = new Findings();
        int code = stored.check(dry);
        assertThat(dry.kinds()).as(dry.text()).containsExactlyInAnyOrderElementsOf(damage.told());
        assertThat(code).isEqualTo(exitCode(damage.told()));
        assertThat(files()).as("nothing is changed").isEqualTo(before);

        Findings repair = new Findings();
        assertThat(stored.check(repair, "repair")).isEqualTo(exitCode(damage.told()));
        Findings again = new Findings();
        assertThat(stored.check(again)).isEqualTo(exitCode(damage.left()));
        assertThat(again.kinds()).as(again.text()).containsExactlyInAnyOrderElementsOf(damage.left());
        assertNothingIsLost(before);
    }

    @ParameterizedTest
    @MethodSource("damages")
    void isHealedByAPushOfTheSameImage(Damage damage) throws IOException, InterruptedException {
        damage.harm().to(stored);
        stored.check(new Findings(), "repair");
        if (damage.left().contains("wrong-kind")) {
            return;
        }

        push();

        Findings after = new Findings();
        stored.check(after);
        assertThat(after.kinds())
                .as(after.text())
                .doesNotContain("layer-missing", "manifest-missing", "tag-without-content", "media-type-unknown");
        assertThat(Image.readBlob(stored.registry, APP, LAYER)).isEqualTo(IMAGE.layer());
        assertThat(stored.registry.manifests().get(APP, LATEST).content()).isEqualTo(IMAGE.manifest());
        assertThat(stored.registry.manifests().get(APP, ONE).content()).isEqualTo(IMAGE.manifest());
        assertThat(stored.referrers()).containsExactly(SIGNATURE_DIGEST);
    }

    /** As clients do: what is there is not sent again. */
    private void push() throws IOException {
        for (byte[] blob : List.of(IMAGE.config(), IMAGE.layer())) {
            if (stored.registry.blobs().size(APP, Image.sha256(blob)).isEmpty()) {
                Image.pushBlob(stored.registry, APP, blob);
            }
        }
        IMAGE.putManifest(stored.registry, APP, LATEST);
        IMAGE.putManifest(stored.registry, APP, ONE);
        stored.pushSignature();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws IOException, InterruptedException {
        upload(stored, "under way");
        write(stored.file(RegistryLayout.pulled(APP)), "latest 1795371727\n");
        Findings out = new Findings();

        assertThat(stored.check(out, "repair")).isZero();

        assertThat(out.kinds()).isEmpty();
        assertThat(out.lines)
                .singleElement()
                .asString()
                .contains("\"errors\":0", "2 repositories, 3 manifests, 3 tags");
        assertThat(stored.root.resolve("wharfgate")).doesNotExist();
    }

    @Test
    void anEmptyStorageIsInOrder() throws IOException, InterruptedException {
        try (StoredRegistry empty = new StoredRegistry(directory.resolve("empty"))) {
            assertThat(empty.check(new Findings())).isZero();
        }
    }

    @Test
    void aFastOneFindsWhatIsMissingOrCutOffAndNoChangedByte() throws IOException, InterruptedException {
        flip(data(stored, Image.sha256(IMAGE.config())));
        truncate(data(stored, LAYER));
        Findings out = new Findings();

        stored.check(out, "fast");

        assertThat(out.kinds()).containsExactly("blob-corrupt");
        assertThat(out.text()).contains(LAYER.toString());
    }

    @Test
    void oneOfSomeRepositoriesReadsTheirBlobsAlone() throws IOException, InterruptedException {
        flip(data(stored, Image.sha256(StoredRegistry.SECOND.layer())));
        write(stored.file(RegistryLayout.tagCurrentLink(OTHER, LATEST)), "");
        Findings team = new Findings();
        Findings others = new Findings();

        assertThat(stored.check(team, "repository=team/**")).isZero();
        assertThat(stored.check(others, "repository=oth*")).isOne();

        assertThat(team.kinds()).isEmpty();
        assertThat(others.kinds()).containsExactlyInAnyOrder("blob-corrupt", "manifest-incomplete", "tag-damaged");
    }

    @Test
    void aSparseRegistryMayLackWhatManifestsName() throws IOException, InterruptedException {
        Files.delete(stored.file(RegistryLayout.layerLink(APP, LAYER)));
        try (StoredRegistry sparse = new StoredRegistry(directory, true)) {
            assertThat(sparse.check(new Findings())).isZero();
        }
    }

    @Test
    void aTagThatPointedToSeveralIsNotGuessed() throws IOException, InterruptedException {
        StoredRegistry.SECOND.push(stored.registry, APP, LATEST);
        write(stored.file(RegistryLayout.tagCurrentLink(APP, LATEST)), "sha256:zz");

        stored.check(new Findings(), "repair");

        assertThat(stored.registry
                        .tags()
                        .page(APP, OptionalInt.empty(), Optional.empty())
                        .items())
                .containsExactly(ONE);
        assertThat(quarantined("tags/latest/current/link")).hasContent("sha256:zz");
        assertThat(quarantined("tags/latest/current/link.why")).content().contains("tag-damaged", "team/app:latest");
    }

    @Test
    void aBlobByItsSha512IsReadAsSuch() throws IOException, InterruptedException {
        byte[] content = Image.bytes("by another digest");
        Digest digest = Digest.of(DigestAlgorithm.SHA512, content);
        UploadId id = stored.registry.uploads().start(APP, DigestAlgorithm.SHA512);
        try (var writer = stored.registry.uploads().open(APP, id)) {
            writer.append(ByteBuffer.wrap(content));
            writer.commit(digest);
        }
        assertThat(stored.check(new Findings())).isZero();

        flip(data(stored, digest));
        Findings out = new Findings();
        assertThat(stored.check(out)).isOne();
        assertThat(out.text()).contains("blob-corrupt", digest.toString());
    }

    /** As distribution keeps what was pushed by its sha512. */
    @Test
    void aLinkToTheSameContentByAnotherAlgorithmIsRight() throws IOException, InterruptedException {
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, IMAGE.layer());
        write(stored.file(RegistryLayout.layerLink(APP, sha512)), LAYER.toString());
        assertThat(stored.check(new Findings())).isZero();

        write(stored.file(RegistryLayout.layerLink(APP, sha512)), IMAGE.digest().toString());
        Findings out = new Findings();
        stored.check(out);
        assertThat(out.kinds()).containsExactly("link-wrong");
    }

    @Test
    void goesOnWhereItWasBrokenOff() throws IOException, InterruptedException {
        flip(data(stored, LAYER));
        for (int i = 0; i < 300; i++) {
            Image.pushBlob(stored.registry, OTHER, Image.bytes("blob " + i));
        }
        write(stored.file(RegistryLayout.tagCurrentLink(APP, ONE)), "");
        List<String> found = new ArrayList<>();
        int runs = 0;
        int code;
        do {
            Findings out = new Findings();
            out.patience = 150;
            code = stored.check(out);
            found.addAll(out.kinds());
            runs++;
            assertThat(runs).isLessThan(20);
            if (out.warnings.contains("stopped; the same command goes on from here, and begins anew with --restart")) {
                assertThat(code).isOne();
                assertThat(directory.resolve("state/check.progress")).exists();
            } else {
                assertThat(out.text()).contains("\"errors\":3");
                break;
            }
        } while (true);

        assertThat(runs).isGreaterThan(1);
        assertThat(found).containsOnlyOnce("blob-corrupt").contains("manifest-incomplete", "tag-damaged");
        assertThat(directory.resolve("state/check.progress")).doesNotExist();
    }

    /** The report may go to a pager that nobody turns the pages of. */
    @Test
    void nobodyWaitsForWhoReadsTheReport() throws IOException, InterruptedException {
        write(stored.file(RegistryLayout.tagCurrentLink(APP, ONE)), "");
        Findings out = new Findings();
        List<String> pushed = new ArrayList<>();
        out.beforeLine = () -> {
            Thread push = new Thread(() -> {
                try {
                    IMAGE.putManifest(stored.registry, APP, LATEST);
                    pushed.add("pushed");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            push.setDaemon(true);
            push.start();
            try {
                push.join(20_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };

        stored.check(out, "repair");

        assertThat(out.kinds()).containsExactly("tag-damaged");
        assertThat(pushed).hasSameSizeAs(out.lines);
    }

    @Test
    void refusesOptionsThatItDoesNotKnow() throws IOException, InterruptedException {
        for (String option : List.of("rate=fast", "rate=-1", "repository=/a", "repository=${user}/*", "colour=red")) {
            Findings out = new Findings();
            assertThat(stored.check(out, option)).as(option).isEqualTo(2);
            assertThat(out.warnings).hasSize(1);
        }
    }

    @Test
    void tellsPeopleWhatItMeansAndWhatToDo() throws IOException, InterruptedException {
        flip(data(stored, LAYER));
        Findings out = new Findings();

        stored.check(out, "json=false");

        assertThat(out.lines.get(0))
                .startsWith("error: blob-corrupt " + LAYER + ": its 14 bytes have the digest sha256:");
        assertThat(out.lines.get(1)).isEqualTo("    at: " + RegistryLayout.blobData(LAYER));
        assertThat(out.lines.get(2)).startsWith("    clients: a pull of it ends with an error");
        assertThat(out.lines.get(3)).startsWith("    repair: puts it aside; push an image with it again");
        assertThat(out.lines.get(out.lines.size() - 1)).isEqualTo("found 2 errors, 0 warnings, 0 notices");
    }

    @Test
    void aNameOfAFileTellsTheTerminalNothing() throws IOException, InterruptedException {
        write(stored.file("blobs/sha256/\u001b]0;owned\u0007"), "");
        Findings out = new Findings();

        stored.check(out, "json=false");

        assertThat(out.text()).contains("sha256/?]0;owned?").doesNotContain("\u001b", "\u0007");
    }

    private static int exitCode(List<String> kinds) {
        List<String> notices =
                List.of("tag-index", "tag-leftover", "referrer-stale", "referrers-scanned", "upload-leftover");
        return notices.containsAll(kinds) ? 0 : 1;
    }

    /** Whatever was in a file is in some file still, but for what follows from other files. */
    private void assertNothingIsLost(Map<String, String> before) throws IOException {
        Map<String, String> after = files();
        before.forEach((path, content) -> {
            if (!path.contains("/referrers/") && !content.isEmpty()) {
                assertThat(after.containsValue(content)).as(path).isTrue();
            }
        });
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(stored.root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(stored.root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private Path quarantined(String end) throws IOException {
        try (Stream<Path> all = Files.walk(stored.file(new ObjectKey("wharfgate/quarantine")))) {
            return all.filter(file -> file.toString().endsWith(end)).findFirst().orElseThrow();
        }
    }

    private static Path data(StoredRegistry stored, Digest digest) {
        return stored.file(RegistryLayout.blobData(digest));
    }

    private static UploadId upload(StoredRegistry stored, String content) throws IOException {
        UploadId id = stored.registry.uploads().start(APP, DigestAlgorithm.SHA256);
        try (var writer = stored.registry.uploads().open(APP, id)) {
            writer.append(ByteBuffer.wrap(Image.bytes(content)));
        }
        return id;
    }

    private static void flip(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
    }

    private static void truncate(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, content.length / 2), StandardOpenOption.TRUNCATE_EXISTING);
    }
}
