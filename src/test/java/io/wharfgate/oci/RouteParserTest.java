package io.wharfgate.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteParserTest {

    private static final String HEX = "0123456789abcdef".repeat(4);
    private static final String DIGEST = "sha256:" + HEX;
    private static final String UUID = "6b3c9a93-af5d-473f-a4ff-9710022185cd";

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v2/"})
    void ping(String path) {
        assertThat(RouteParser.parse(path)).isEqualTo(new RegistryRoute.Ping());
    }

    @Test
    void everyResource() {
        RepositoryName name = new RepositoryName("team/app");
        assertThat(RouteParser.parse("/v2/_catalog")).isEqualTo(new RegistryRoute.Catalog());
        assertThat(RouteParser.parse("/v2/team/app/tags/list")).isEqualTo(new RegistryRoute.Tags(name));
        assertThat(RouteParser.parse("/v2/team/app/manifests/v1"))
                .isEqualTo(new RegistryRoute.Manifest(name, new Tag("v1")));
        assertThat(RouteParser.parse("/v2/team/app/manifests/" + DIGEST))
                .isEqualTo(new RegistryRoute.Manifest(name, new Reference.ByDigest(Digest.parse(DIGEST))));
        assertThat(RouteParser.parse("/v2/team/app/blobs/" + DIGEST))
                .isEqualTo(new RegistryRoute.Blob(name, Digest.parse(DIGEST)));
        assertThat(RouteParser.parse("/v2/team/app/referrers/" + DIGEST))
                .isEqualTo(new RegistryRoute.Referrers(name, Digest.parse(DIGEST)));
        assertThat(RouteParser.parse("/v2/team/app/blobs/uploads/")).isEqualTo(new RegistryRoute.Uploads(name));
        assertThat(RouteParser.parse("/v2/team/app/blobs/uploads")).isEqualTo(new RegistryRoute.Uploads(name));
        assertThat(RouteParser.parse("/v2/team/app/blobs/uploads/" + UUID))
                .isEqualTo(new RegistryRoute.Upload(name, UploadId.parse(UUID)));
    }

    @Test
    void escapedColonOfADigestIsAColon() {
        assertThat(RouteParser.parse("/v2/a/blobs/sha256%3A" + HEX))
                .isEqualTo(new RegistryRoute.Blob(new RepositoryName("a"), Digest.parse(DIGEST)));
        assertThat(RouteParser.parse("/v2/a/manifests/sha256%3a" + HEX))
                .isEqualTo(RouteParser.parse("/v2/a/manifests/" + DIGEST));
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/blobs/blobs/uploads/, blobs",
        "/v2/a/blobs/uploads/tags/list, a/blobs/uploads",
        "/v2/a/manifests/manifests/latest, a/manifests",
        "/v2/a/tags/list/manifests/latest, a/tags/list",
        "/v2/uploads/tags/list, uploads",
        "/v2/a/blobs/uploads/manifests/latest, a/blobs/uploads",
        "/v2/a/blobs/uploads/blobs/uploads/, a/blobs/uploads",
        "/v2/manifests/manifests/manifests, manifests",
        "/v2/a/referrers/manifests/latest, a/referrers",
    })
    void namesMayHoldTheWordsOfTheApi(String path, String name) {
        assertThat(RouteParser.parse(path).repository()).contains(new RepositoryName(name));
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/a/referrers/latest, DIGEST_INVALID",
        "/v2/a/referrers/sha256:abc, DIGEST_INVALID",
        "/v2/a%2Fb/tags/list, NAME_INVALID",
        "/v2/a%2fb/manifests/latest, NAME_INVALID",
        "/v2/../tags/list, NAME_INVALID",
        "/v2/a/../b/tags/list, NAME_INVALID",
        "/v2/a/./b/tags/list, NAME_INVALID",
        "/v2/a//b/tags/list, NAME_INVALID",
        "/v2//tags/list, NAME_INVALID",
        "/v2/%2e%2e/tags/list, NAME_INVALID",
        "/v2/a%00/tags/list, NAME_INVALID",
        "/v2/a\\b/tags/list, NAME_INVALID",
        "/v2/a;p=1/tags/list, NAME_INVALID",
        "/v2/UPPER/tags/list, NAME_INVALID",
        "/v2/a___b/tags/list, NAME_INVALID",
        "/v2/a..b/tags/list, NAME_INVALID",
        "/v2/-a/tags/list, NAME_INVALID",
        "/v2/a/manifests/.hidden, TAG_INVALID",
        "/v2/a/manifests/sha256:short, DIGEST_INVALID",
        "/v2/a/manifests/md5:0123, DIGEST_INVALID",
        "/v2/a/blobs/nonsense, DIGEST_INVALID",
        "/v2/a/blobs/uploads/.., BLOB_UPLOAD_UNKNOWN",
        "/v2/a/blobs/uploads/a!b, BLOB_UPLOAD_UNKNOWN",
        "/v2/a/blobs/uploads/a%20b, NAME_INVALID",
        "/v2/a/tags/list/, NOT_FOUND",
        "/v2/a%2Fmanifests%2Flatest, NAME_INVALID",
        "/v2/_catalog/, NOT_FOUND",
        "/v2/a/manifests/latest/, NOT_FOUND",
        "/v2/a%2Fmanifests/b, NAME_INVALID",
        "/v2/a/b/../c, NAME_INVALID",
        "/v2/a//b, NAME_INVALID",
        "/v2//, NAME_INVALID",
        "/v2/., NAME_INVALID",
        "/v2/a;b, NAME_INVALID",
        "/v2/a\\b, NAME_INVALID",
        "/v1/a/../b, NAME_INVALID",
        "/v1/a%2Fb, NAME_INVALID",
        "/v1//, NAME_INVALID",
        "/v1, NOT_FOUND",
        "/_catalog, NOT_FOUND",
    })
    void refusedBeforeAnythingElseHappens(String path, RegistryError error) {
        assertThatThrownBy(() -> RouteParser.parse(path))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/a",
                "/v2/a/",
                "/v2/a/b",
                "/v2/tags/list",
                "/v2/_extension/search",
                "/v2/a/blob/x",
                "/v2/a/b%3Ac",
                "/v1/",
                "/v1/search",
                "/v1/repositories/library/alpine/images",
            })
    void plainPathsOfNoResourceAreKeptAsTheyCame(String path) {
        assertThat(RouteParser.parse(path)).isEqualTo(new RegistryRoute.Other(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not-a-uuid",
                "1-1-1-1-1",
                "AJMKJc3_x9-0Ag==",
                "a.b~c+d@e,f=g",
                "...",
            })
    void uploadsOfOtherRegistriesHaveIdsOfTheirOwn(String id) {
        RegistryRoute route = RouteParser.parse("/v2/a/blobs/uploads/" + id);
        assertThat(route).isEqualTo(new RegistryRoute.Upload(new RepositoryName("a"), new UploadId(id)));
        assertThat(((RegistryRoute.Upload) route).id().uuid()).isEmpty();
    }

    @Test
    void idOf1024CharactersIsTheLongest() {
        String longest = "i".repeat(UploadId.MAX_LENGTH);
        assertThat(RouteParser.parse("/v2/a/blobs/uploads/" + longest)).isInstanceOf(RegistryRoute.Upload.class);
        assertThatThrownBy(() -> RouteParser.parse("/v2/a/blobs/uploads/" + longest + "i"))
                .isInstanceOf(RegistryException.class);
    }

    @Test
    void overlongNameAndTag() {
        String longest = "a".repeat(RepositoryName.MAX_LENGTH);
        assertThat(RouteParser.parse("/v2/" + longest + "/tags/list").repository())
                .contains(new RepositoryName(longest));
        assertThatThrownBy(() -> RouteParser.parse("/v2/" + longest + "a/tags/list"))
                .hasMessageContaining("longer than 255");
        assertThat(RouteParser.parse("/v2/a/manifests/" + "t".repeat(128))).isNotNull();
        assertThatThrownBy(() -> RouteParser.parse("/v2/a/manifests/" + "t".repeat(129)))
                .isInstanceOf(RegistryException.class);
    }

    @Test
    void whateverIsSentEitherIsARouteWithCleanNamesOrIsRefused() {
        String[] pieces = {
            "v2",
            "/",
            "//",
            "..",
            ".",
            "%2f",
            "%2e",
            "%00",
            "%3A",
            "blobs",
            "uploads",
            "manifests",
            "tags",
            "list",
            "a",
            "team",
            "_catalog",
            DIGEST,
            UUID,
            "latest",
            "\\",
            ";",
            "é",
            "A",
            "-",
            "__",
            "sha256:",
            "?",
            "#",
            " "
        };
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder path = new StringBuilder("/v2/");
            for (int n = random.nextInt(10); n >= 0; n--) {
                path.append(pieces[random.nextInt(pieces.length)]);
                if (random.nextBoolean()) {
                    path.append('/');
                }
            }
            try {
                RegistryRoute route = RouteParser.parse(path.toString());
                if (route instanceof RegistryRoute.Other other) {
                    assertThat(other.path().replace("%3A", ":"))
                            .as("%s, seed %d", path, seed)
                            .doesNotContain("//")
                            .doesNotContain("/../")
                            .doesNotContain("/./")
                            .doesNotMatch(".*[%;\\\\ ].*");
                }
                route.repository()
                        .ifPresent(name -> assertThat(name.value())
                                .as("%s, seed %d", path, seed)
                                .matches("[a-z0-9._/-]+")
                                .doesNotContain("..")
                                .doesNotContain("//"));
            } catch (RegistryException refused) {
                assertThat(refused.error().status())
                        .as("%s, seed %d", path, seed)
                        .isBetween(400, 404);
            }
        }
    }

    @Test
    void hostileNameDoesNotMakeTheMatchBacktrack() {
        // Would take longer than the universe is old with a backtracking grammar.
        assertThat(RepositoryName.isValid("a-".repeat(120) + "!")).isFalse();
        assertThat(RepositoryName.isValid("a_".repeat(120))).isFalse();
    }
}
