package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamChallengeTest {

    @Test
    void bearerOfDocker() {
        assertThat(parse("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                        + "scope=\"repository:samalba/my-app:pull,push\""))
                .containsExactly(new UpstreamChallenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.docker.io/token",
                                "service", "registry.docker.io",
                                "scope", "repository:samalba/my-app:pull,push")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic realm=\"a\", Bearer realm=\"b\",service=\"c\"",
                "bAsIc REALM = \"a\" ,,, BEARER\trealm=b , Service=\"c\"",
                "Negotiate, Basic realm=a,Bearer realm=\"\\b\" service=\"c\"",
                "Negotiate YII/+a==, Basic realm=a, Bearer realm=\"b\", service=\"c\", realm=\"evil\"",
            })
    void severalInOneField(String field) {
        assertThat(parse(field).stream().filter(c -> c.isBasic() || c.isBearer()))
                .containsExactly(
                        new UpstreamChallenge("basic", Map.of("realm", "a")),
                        new UpstreamChallenge("bearer", Map.of("realm", "b", "service", "c")));
    }

    @Test
    void severalFieldsAreReadOneByOne() {
        assertThat(UpstreamChallenge.parse(List.of("Basic realm=\"open", "Bearer realm=\"b\"")))
                .containsExactly(
                        new UpstreamChallenge("basic", Map.of("realm", "open")),
                        new UpstreamChallenge("bearer", Map.of("realm", "b")));
    }

    @Test
    void quotesHideCommasAndSchemes() {
        assertThat(parse("Basic realm=\"x, Bearer realm=\\\"https://evil/\\\"\""))
                .containsExactly(new UpstreamChallenge("basic", Map.of("realm", "x, Bearer realm=\"https://evil/\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "=", "\"", "= = =", "\u00e4\u00f6", "\\"})
    void nothingComesOfNothing(String field) {
        assertThat(parse(field)).isEmpty();
    }

    @Test
    void anyInputIsRead() {
        String alphabet = "Bearer Basic realm=\"\\,, \t=/\u00e9\u0000;";
        Fuzz.rounds(20_000, random -> {
            List<UpstreamChallenge> challenges = parse(text(random, alphabet));
            assertThat(challenges).allSatisfy(c -> assertThat(c.scheme()).isNotEmpty());
        });
    }

    @Test
    void whatWasWrittenIsRead() {
        Fuzz.rounds(2_000, random -> {
            String realm = text(random, "https://a.b:1/,\"\\= \t\u00e9Basic");
            String quoted = realm.replace("\\", "\\\\").replace("\"", "\\\"");
            String before = random.nextBoolean() ? "Negotiate abc=, " : "Digest realm=\"a, b\", nonce=c, ";
            List<UpstreamChallenge> challenges = parse(before + "Bearer service=s, realm=\"" + quoted + "\"");
            assertThat(challenges).hasSize(2);
            assertThat(challenges.get(1).parameter("realm")).contains(realm);
        });
    }

    private static List<UpstreamChallenge> parse(String field) {
        return UpstreamChallenge.parse(List.of(field));
    }

    static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
