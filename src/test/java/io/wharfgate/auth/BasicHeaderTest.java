package io.wharfgate.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.secret.Secret;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicHeaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic YWxpY2U6c2VjcmV0Lg==",
                "basic YWxpY2U6c2VjcmV0Lg==",
                "BASIC YWxpY2U6c2VjcmV0Lg==",
                "Basic YWxpY2U6c2VjcmV0Lg",
                "Basic   YWxpY2U6c2VjcmV0Lg==",
                " Basic\tYWxpY2U6c2VjcmV0Lg== ",
            })
    void kindToClients(String header) {
        assertThat(BasicHeader.parse(header)).isEqualTo(credentials("alice", "secret."));
    }

    @Test
    void thePasswordMayHaveColonsAndBeEmpty() {
        assertThat(parse("alice:a:b:")).isEqualTo(credentials("alice", "a:b:"));
        assertThat(parse("alice:")).isEqualTo(credentials("alice", ""));
    }

    @Test
    void namesAndPasswordsAreUtf8() {
        assertThat(parse("jürgen:pässwörd£ÿ密码🔐")).isEqualTo(credentials("jürgen", "pässwörd£ÿ密码🔐"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Basic",
                "Basic ",
                "BasicYWxpY2U6c2VjcmV0Lg==",
                "Bearer YWxpY2U6c2VjcmV0Lg==",
                "YWxpY2U6c2VjcmV0Lg==",
                "Basic YWxpY2U6c2VjcmV0Lg=",
                "Basic YWxp Y2U6c2VjcmV0Lg==",
                "Basic a-_:",
                "Basic YQ===",
                "Basic \u00e4",
                "Basic YWxpY2U6c2VjcmV0Lg==, Basic YWxpY2U6c2VjcmV0Lg=="
            })
    void unreadable(String header) {
        assertThat(BasicHeader.parse(header)).isInstanceOf(BasicHeader.Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                ":secret",
                "al\u0000ice:x",
                "al\nice:x",
                "al\u007fice:x",
                "al\u0085ice:x",
                "alice:a\u0000b"
            })
    void notCredentials(String decoded) {
        assertThat(parse(decoded)).isInstanceOf(BasicHeader.Unreadable.class);
    }

    @Test
    void latin1IsToldApart() {
        String token = Base64.getEncoder().encodeToString("jürgen:x".getBytes(ISO_8859_1));
        assertThat(BasicHeader.parse("Basic " + token))
                .isEqualTo(new BasicHeader.Unreadable("the Basic credentials are not UTF-8"));
    }

    @Test
    void theSizeIsBounded() {
        int most = (BasicHeader.LONGEST - "Basic ".length()) / 4 * 3;
        assertThat(parse("alice:" + "x".repeat(most - "alice:".length()))).isInstanceOf(BasicHeader.Credentials.class);
        assertThat(parse("alice:" + "x".repeat(most))).isInstanceOf(BasicHeader.Unreadable.class);
    }

    @Test
    void credentialsDoNotShowThePassword() {
        assertThat(parse("alice:topsecret").toString()).contains("alice").doesNotContain("topsecret");
    }

    @Test
    void anythingIsAnswered() {
        Fuzz.rounds(20_000, random -> {
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            String header = random.nextBoolean()
                    ? "Basic " + Base64.getEncoder().encodeToString(bytes)
                    : "Basic " + new String(bytes, ISO_8859_1);
            if (BasicHeader.parse(header) instanceof BasicHeader.Credentials credentials) {
                assertThat(credentials.user()).isNotEmpty().doesNotContain(":", "\0", "\n");
                assertThat(credentials.password().reveal()).doesNotContain("\0");
            }
        });
    }

    private static BasicHeader parse(String decoded) {
        return BasicHeader.parse("Basic " + Base64.getEncoder().encodeToString(decoded.getBytes(UTF_8)));
    }

    private static BasicHeader credentials(String user, String password) {
        return new BasicHeader.Credentials(user, Secret.of(password));
    }
}
