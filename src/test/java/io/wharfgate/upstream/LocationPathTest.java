package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationPathTest {

    private static final String TARGET = "/v2/a/blobs/uploads/?x=1";
    private static final Set<String> OWN = Set.of("registry:5000", "hub.example.com", "[::1]:5000", "[2001:db8::1]");

    @ParameterizedTest
    @CsvSource({
        "http://registry:5000/v2/a?_state=x%2Fy==&b,             /v2/a?_state=x%2Fy==&b",
        "HTTPS://REGISTRY:5000/v2/A,                             /v2/A",
        "http://hub.example.com/v2/,                             /v2/",
        "http://hub.example.com:443/v2/,                         /v2/",
        "https://hub.example.com:80/v2/,                         /v2/",
        "https://user:pw@hub.example.com/v2/,                    /v2/",
        "http://[::1]:5000/v2/,                                  /v2/",
        "http://[2001:DB8::1]/v2/,                               /v2/",
        "//hub.example.com/v2/,                                  /v2/",
        "http://hub.example.com,                                 /",
        "http://hub.example.com?q,                               /?q",
        "/v2/a/blobs/uploads/1?_state=%41,                       /v2/a/blobs/uploads/1?_state=%41",
        "6b3c?_state=s,                                          /v2/a/blobs/uploads/6b3c?_state=s",
        "./6b3c,                                                 /v2/a/blobs/uploads/6b3c",
        "../sha256%3Aab#f,                                       /v2/a/blobs/sha256%3Aab#f",
        "../../../../../../x,                                    /x",
        "..,                                                     /v2/a/blobs/",
        "?_state=s,                                              /v2/a/blobs/uploads/?_state=s",
        "http://hub.example.com//evil.example/x,                 /evil.example/x",
        "/\\evil.example/x,                                      /evil.example/x",
    })
    void ownBecomesAPath(String reference, String path) {
        LocationPath paths = new LocationPath("");
        assertThat(paths.of(reference, TARGET, OWN, false)).contains(path);
        assertThat(paths.of(reference, TARGET, OWN, true)).contains(path);
    }

    @ParameterizedTest
    @CsvSource({
        "https://bucket.s3.example/a/b?sig=%2B%20,                /a/b?sig=%2B%20",
        "https://hub.example.com@evil.example/v2/,                /v2/",
        "https://registry:5001/v2/,                               /v2/",
        "https://registry/v2/,                                    /v2/",
        "//bucket.example/x,                                      /x",
        "https://bucket.example//x,                               /x",
    })
    void foreignPassesUnlessItCannotBeForeign(String reference, String path) {
        LocationPath paths = new LocationPath("");
        assertThat(paths.of(reference, TARGET, OWN, false)).contains(reference);
        assertThat(paths.of(reference, TARGET, OWN, true)).contains(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)", "mailto:a@b", "sha256:abc", "ftp://registry:5000/v2/"})
    void whatIsNotTheWebIsNoPath(String reference) {
        LocationPath paths = new LocationPath("");
        assertThat(paths.of(reference, TARGET, OWN, true)).isEmpty();
        assertThat(paths.of(reference, TARGET, OWN, false)).contains(reference);
    }

    @ParameterizedTest
    @CsvSource({
        "http://registry:5000/base/v2/a,   /v2/a",
        "http://registry:5000/v2/a,        /v2/a",
        "/base/v2/a?b,                     /v2/a?b",
        "/basement/v2/,                    /basement/v2/",
        "/base,                            /",
        "/base//evil.example/,             /evil.example/",
        "1,                                /v2/a/blobs/uploads/1",
        "../../../../1,                    /1",
    })
    void basePathIsTakenOff(String reference, String path) {
        assertThat(new LocationPath("/base").of(reference, "/base" + TARGET, OWN, false))
                .contains(path);
    }

    @Test
    void emptyMeansTheSameAgain() {
        assertThat(new LocationPath("").of("", TARGET, OWN, true)).contains(TARGET);
    }

    @Test
    void anyInputEndsInAPathOrPassesOrGoes() {
        String alphabet = "http://registry:5000/v2/..%2F?=&#@[]:\\ \t\r\n\u0000\u007f\u00e9\u010a\u010d\u2028";
        Fuzz.rounds(20_000, random -> {
            String reference = UpstreamChallengeTest.text(random, alphabet);
            String base = random.nextBoolean() ? "" : "/h";
            boolean always = random.nextBoolean();
            Optional<String> said = new LocationPath(base).of(reference, base + TARGET, OWN, always);
            said.ifPresent(text -> {
                assertThat(FieldSyntax.isValue(text)).isTrue();
                assertThat(text).doesNotContain("\r", "\n");
                if (always || !text.equals(reference)) {
                    assertThat(text).startsWith("/").doesNotStartWith("//").doesNotStartWith("/\\");
                }
            });
        });
    }

    @Test
    void queryKeepsItsBytes() {
        String alphabet = "aZ0%2f&=+;:/?,@!$'()*~\u00e9";
        Fuzz.rounds(2_000, random -> {
            String query = UpstreamChallengeTest.text(random, alphabet);
            assertThat(new LocationPath("").of("http://registry:5000/v2/x?" + query, TARGET, OWN, true))
                    .contains("/v2/x?" + query);
        });
    }

    @Test
    void namesInConnectionAreHopByHop() {
        String alphabet = "aAbB-_, \t;\"=\u00e9\u0000";
        Fuzz.rounds(5_000, random -> {
            String noise = UpstreamChallengeTest.text(random, alphabet);
            HopByHop hopByHop = HopByHop.of(Set.of(noise, "Close , X_One", ",,x-TWO,").stream());
            assertThat(Set.of("close", "x-one", "x-two", "te", "transfer-encoding").stream()
                            .filter(hopByHop::includes)
                            .collect(Collectors.toSet()))
                    .hasSize(5);
            assertThat(hopByHop.includes("x-three")).isFalse();
            assertThat(hopByHop.includes("")).isFalse();
        });
        assertThat(HopByHop.of(Set.of("Content-Length").stream()).includes("content-length"))
                .isFalse();
    }
}
