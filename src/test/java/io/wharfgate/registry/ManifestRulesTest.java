package io.wharfgate.registry;

import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestRulesTest {

    private static final String A = Image.sha256(new byte[] {1}).toString();
    private static final String B = Image.sha256(new byte[] {2}).toString();
    private static final MediaType ARTIFACT = new MediaType("application/vnd.example+json");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "null",
                "1",
                "\"x\"",
                "{",
                "{}}",
                "{} {}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{\"x\":{\"a\":1,\"a\":2}}",
                "{\"x\":[{\"a\":1,\"\\u0061\":2}]}",
                "{'a':1}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{/*c*/}",
                "\uFEFF{}",
                "{\"mediaType\":1}",
                "{\"mediaType\":\"not a type\"}"
            })
    void whateverTheTypeItMustBeStrictJson(String text) {
        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(ARTIFACT, text));
    }

    @Test
    void onlyUtf8IsJson() {
        String text = "{\"a\":\"ü\"}";

        assertThat(accept(ARTIFACT, text).references()).isEmpty();
        for (var charset : List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16)) {
            assertRefused(
                    RegistryError.MANIFEST_INVALID,
                    () -> ManifestRules.accept(Optional.of(ARTIFACT), text.getBytes(charset)));
        }
    }

    @Test
    void nestsNotTooDeep() {
        accept(ARTIFACT, "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}");
        assertRefused(
                RegistryError.MANIFEST_INVALID,
                () -> accept(ARTIFACT, "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}"));
    }

    @Test
    void namesAreBoundedInNumber() {
        StringBuilder text = new StringBuilder("{\"a\":0");
        for (int i = 0; i < 250_000; i++) {
            text.append(",\"").append(Integer.toString(i, 36)).append("\":0");
        }
        assertThat(text.length()).isLessThan(Manifests.MAX_SIZE);
        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(ARTIFACT, text + "}"));
    }

    @Test
    void anImageRefersToItsConfigAndLayers() {
        for (MediaType type : List.of(MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST)) {
            assertThat(digests(type, image("{\"digest\":\"" + A + "\"}", "[{\"digest\":\"" + B + "\",\"size\":0}]")))
                    .containsExactlyInAnyOrder(A, B);
            assertThat(digests(type, image("{\"digest\":\"" + A + "\"}", "null")))
                    .containsExactly(A);
        }
    }

    @Test
    void anIndexRefersToItsManifests() {
        for (MediaType type : List.of(MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST_LIST)) {
            assertThat(digests(type, "{\"manifests\":[{\"digest\":\"" + A + "\"},{\"digest\":\"" + B + "\"}]}"))
                    .containsExactly(A, B);
            assertThat(digests(type, "{\"manifests\":[]}")).isEmpty();
        }
    }

    @Test
    void aSubjectNeedNotBeThere() {
        assertThat(digests(MediaType.OCI_INDEX, "{\"manifests\":[],\"subject\":{\"digest\":\"" + A + "\",\"size\":3}}"))
                .isEmpty();
        assertRefused(
                RegistryError.MANIFEST_INVALID,
                () -> accept(MediaType.OCI_INDEX, "{\"manifests\":[],\"subject\":{\"digest\":\"sha256:x\"}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"mediaType\":\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\"",
                "\"mediaType\":\"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip\"",
                "\"urls\":[\"https://example.com/layer\"]"
            })
    void aLayerFromElsewhereNeedNotBeThere(String member) {
        String config = "{\"digest\":\"" + A + "\"}";

        assertThat(digests(MediaType.OCI_MANIFEST, image(config, "[{\"digest\":\"" + B + "\"," + member + "}]")))
                .containsExactly(A);
    }

    @Test
    void aLayerWithoutUrlsIsNotFromElsewhere() {
        String config = "{\"digest\":\"" + A + "\"}";

        assertThat(digests(MediaType.OCI_MANIFEST, image(config, "[{\"digest\":\"" + B + "\",\"urls\":[]}]")))
                .containsExactlyInAnyOrder(A, B);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "{}",
                "{\"digest\":1}",
                "{\"digest\":\"\"}",
                "{\"digest\":\"sha256:abc\"}",
                "{\"digest\":\"md5:d41d8cd98f00b204e9800998ecf8427e\"}",
                "{\"digest\":\"../../etc/passwd\"}",
                "{\"digest\":\"$\",\"size\":-1}",
                "{\"digest\":\"$\",\"size\":1.5}",
                "{\"digest\":\"$\",\"size\":\"1\"}",
                "{\"digest\":\"$\",\"size\":99999999999999999999}",
                "{\"digest\":\"$\",\"mediaType\":[]}"
            })
    void aDescriptorMustBeWellFormed(String text) {
        String descriptor = text.replace("$", A);

        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(MediaType.OCI_MANIFEST, image(descriptor, "[]")));
        assertRefused(
                RegistryError.MANIFEST_INVALID,
                () -> accept(MediaType.OCI_INDEX, "{\"manifests\":[" + descriptor + "]}"));
        accept(ARTIFACT, image(descriptor, "[]"));
    }

    @Test
    void layersAreAListAndAConfigIsNeeded() {
        String config = "{\"digest\":\"" + A + "\"}";

        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(MediaType.OCI_MANIFEST, image(config, "{}")));
        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(MediaType.OCI_MANIFEST, image(config, "[[]]")));
        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(MediaType.OCI_MANIFEST, "{\"layers\":[]}"));
    }

    @Test
    void oneThingCannotBeTwo() {
        String image = image("{\"digest\":\"" + A + "\"}", "[]");
        String both = image.replaceFirst("\\{", "{\"manifests\":[],");

        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(MediaType.OCI_MANIFEST, both));
        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(MediaType.OCI_INDEX, both));
        assertRefused(RegistryError.MANIFEST_INVALID, () -> ManifestRules.accept(Optional.empty(), Image.bytes(both)));
    }

    @Test
    void theTypePushedMustBeTheTypeSaid() {
        String text = "{\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}";

        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(MediaType.DOCKER_MANIFEST_LIST, text));
        assertRefused(RegistryError.MANIFEST_INVALID, () -> accept(ARTIFACT, text));
        assertThat(accept(MediaType.OCI_INDEX, text).impliedType()).isTrue();
        assertThat(accept(new MediaType(MediaType.OCI_INDEX + "; a=b"), text).impliedType())
                .isFalse();
    }

    @Test
    void withoutAnyTypeTheShapeMustBeKnown() {
        assertRefused(RegistryError.MANIFEST_INVALID, () -> ManifestRules.accept(Optional.empty(), Image.bytes("{}")))
                .hasMessageContaining("Content-Type");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.docker.distribution.manifest.v1+json|{\"schemaVersion\":1}",
                "application/vnd.docker.distribution.manifest.v1+prettyjws|{\"any\":1}",
                "application/json|{\"schemaVersion\":1,\"fsLayers\":[]}",
                "application/vnd.oci.image.index.v1+json|{\"schemaVersion\":1,\"manifests\":[]}",
                "|{\"schemaVersion\":1}",
                "|{\"mediaType\":\"application/vnd.docker.distribution.manifest.v1+json\"}",
            })
    void schema1IsRefusedAndToldApart(String type, String text) {
        assertRefused(
                        RegistryError.MANIFEST_INVALID,
                        () -> ManifestRules.accept(Optional.ofNullable(type).map(MediaType::new), Image.bytes(text)))
                .hasMessageContaining("schema 1")
                .hasMessageContaining("skopeo");
    }

    @Test
    void anArtifactMayCountItsOwnVersions() {
        assertThat(accept(ARTIFACT, "{\"schemaVersion\":1}").mediaType()).isEqualTo(ARTIFACT);
    }

    @Test
    void anyChangeToAManifestIsTakenOrRefusedButNeverBreaks() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good =
                Image.bytes(image("{\"digest\":\"" + A + "\",\"size\":3}", "[{\"digest\":\"" + B + "\",\"urls\":[]}]"));
        for (int i = 0; i < 8_000; i++) {
            byte[] changed = good.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                ManifestRules.accept(Optional.of(MediaType.OCI_MANIFEST), changed);
            } catch (RegistryException e) {
                assertThat(e.error()).as("seed %d", seed).isEqualTo(RegistryError.MANIFEST_INVALID);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " at " + i, e);
            }
        }
    }

    private static ManifestRules.Accepted accept(MediaType type, String text) {
        return ManifestRules.accept(Optional.of(type), Image.bytes(text));
    }

    private static List<String> digests(MediaType type, String text) {
        return accept(type, text).references().stream()
                .map(Descriptor::digest)
                .map(Digest::toString)
                .toList();
    }

    private static String image(String config, String layers) {
        return "{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":" + layers + "}";
    }
}
