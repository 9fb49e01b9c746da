package io.wharfgate.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {

    private static final String EMPTY_SHA256 =
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void digestOfBytes() {
        assertThat(Digest.of(DigestAlgorithm.SHA256, new byte[0])).hasToString(EMPTY_SHA256);
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, "x".getBytes(StandardCharsets.UTF_8));
        assertThat(Digest.parse(sha512.toString())).isEqualTo(sha512);
        assertThat(sha512.matches("x".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(sha512.matches("y".getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "sha256",
                "sha256:",
                "sha256:zz",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "SHA256:00",
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855a",
            })
    void malformedDigestsAreRefused(String text) {
        assertThatThrownBy(() -> Digest.parse(text))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.error()).isEqualTo(RegistryError.DIGEST_INVALID));
    }

    @Test
    void longNonsenseIsNotEchoedWhole() {
        assertThatThrownBy(() -> Digest.parse("x".repeat(100_000)))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        e -> assertThat(e.detail().toString()).hasSizeLessThan(300));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a.b", "a_b", "a__b", "a-b", "a---b", "0/1-2/3.4", "library/ubuntu"})
    void names(String text) {
        assertThat(RepositoryName.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "latest", "_x", "1.2.3-rc_4", "UPPER"})
    void tags(String text) {
        assertThat(Tag.parse(text)).hasToString(text);
    }

    @Test
    void mediaTypesCompareByEssence() {
        MediaType pushed = new MediaType("application/vnd.OCI.image.manifest.v1+json; charset=utf-8");
        assertThat(pushed.sameAs(MediaType.OCI_MANIFEST)).isTrue();
        assertThat(pushed).hasToString("application/vnd.OCI.image.manifest.v1+json; charset=utf-8");
        assertThat(MediaType.isValid("text")).isFalse();
        assertThat(MediaType.isValid("text/plain\r\nX: y")).isFalse();
        assertThat(MediaType.isValid("text/plain; a=\r\nX: y")).isFalse();
    }

    @Test
    void uploadIdsHaveOneSpelling() {
        UploadId id = UploadId.random();
        assertThat(UploadId.parse(id.toString())).isEqualTo(id);
        assertThat(UploadId.parse(id.toString().toUpperCase(Locale.ROOT))).isEqualTo(id);
        assertThat(id.uuid()).isPresent();
        assertThatThrownBy(() -> UploadId.parse("../x")).isInstanceOf(RegistryException.class);
    }

    @Test
    void rangeCountsBothEnds() {
        assertThat(new ByteRange(0, 0).length()).isEqualTo(1);
        assertThat(new ByteRange(5, 9)).hasToString("5-9");
        assertThatThrownBy(() -> new ByteRange(5, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Both are read by hand; the grammars are those of the OCI distribution specification, "Pulling manifests". */
    @Test
    void namesAndTagsAreThoseOfTheGrammars() {
        String component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
        Pattern name = Pattern.compile(component + "(?:/" + component + ")*");
        Pattern tag = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            String text = mixed(random, "ab09._-/", "Z:é \n`{[@");
            assertThat(RepositoryName.isValid(text))
                    .as("%s, seed %d", text, seed)
                    .isEqualTo(name.matcher(text).matches());
            assertThat(Tag.isValid(text))
                    .as("%s, seed %d", text, seed)
                    .isEqualTo(tag.matcher(text).matches());
        }
    }

    /** Short mostly, sometimes longer than a tag may be. */
    private static String mixed(Random random, String usual, String odd) {
        int length = random.nextInt(20) == 0 ? 120 + random.nextInt(16) : random.nextInt(9);
        return random.ints(length, 0, 400)
                .mapToObj(n -> n < odd.length() ? odd.charAt(n) : usual.charAt(n % usual.length()))
                .map(String::valueOf)
                .collect(Collectors.joining());
    }
}
