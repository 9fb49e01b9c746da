package io.wharfgate.auth.personal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import io.wharfgate.secret.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensJsonTest {

    private static final String HASH = "a".repeat(64);
    private static final String TOKEN = "{\"id\":\"k7q2m9xw\",\"user\":\"alice\",\"repositories\":[\"team/*\"],"
            + "\"actions\":[\"pull\"],\"created\":\"2026-01-01T00:00:00Z\",\"sha256\":\"" + HASH + "\"}";

    @Test
    void aFileWrittenByHand() throws Exception {
        assertThat(read("{\"version\": 1, \"tokens\": [" + TOKEN + "]}"))
                .containsExactly(new PersonalToken(
                        "k7q2m9xw",
                        "alice",
                        "",
                        TokenGrant.parse(List.of("team/*"), List.of("pull")),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Optional.empty(),
                        new TokenHash(HASH)));
        assertThat(read("{\"version\": 1, \"tokens\": []}")).isEmpty();
    }

    @Test
    void aTokenOnEachLine() throws Exception {
        List<PersonalToken> tokens = read("{\"version\": 1, \"tokens\": [" + TOKEN + "]}");
        assertThat(new String(TokensJson.write(tokens), UTF_8).lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("{\"version\":1,\"tokens\":["),
                        line -> assertThat(line).contains("\"id\":\"k7q2m9xw\"", HASH),
                        line -> assertThat(line).isEqualTo("]}"));
        assertThat(new String(TokensJson.write(List.of()), UTF_8).lines()).hasSize(2);
    }

    @Test
    void whatIsWrittenIsRead() {
        Fuzz.rounds(300, random -> {
            List<PersonalToken> tokens = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                tokens.add(token(random));
            }
            assertThat(readOrFail(TokensJson.write(tokens))).isEqualTo(tokens);
        });
    }

    @Test
    void aDamagedFileIsReadAsWhatItSaysOrRefusedWithoutAQuote() {
        Fuzz.rounds(3000, random -> {
            byte[] file = TokensJson.write(List.of(token(random), token(random)));
            byte[] damaged = damage(file, random);
            try {
                List<PersonalToken> read = TokensJson.read(damaged);
                // What was accepted has a form of its own: nothing of it got lost on the way.
                assertThat(readOrFail(TokensJson.write(read))).isEqualTo(read);
            } catch (TokensJson.Mistake e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(200);
            }
        });
    }

    @Test
    void noHalfOfAFileIsAFile() {
        byte[] file = TokensJson.write(List.of(token(new Random(1)), token(new Random(2))));
        for (int length = 0; length < file.length - 1; length++) {
            byte[] half = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> TokensJson.read(half)).isInstanceOf(TokensJson.Mistake.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "''|no object",
                "[]|no object",
                "{}|version",
                "{'version': 2, 'tokens': []}|version",
                "{'version': '1', 'tokens': []}|version",
                "{'version': 1}|no list",
                "{'version': 1, 'tokens': {}}|no list",
                "{'version': 1, 'tokens': [], 'x': 1}|not known",
                "{'version': 1, 'version': 1, 'tokens': []}|line 1",
                "{'version': 1, 'tokens': []} x|line 1",
                "{'version': 1, 'tokens': [7]}|token number 1",
                "{'version': 1, 'tokens': [T, T]}|token number 2 has the id of another",
            })
    void brokenFiles(String file, String message) {
        String text = file.replace("'", "\"").replace("T", TOKEN);
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(TokensJson.Mistake.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'id':'k7q2m9xw'|'id':'k7q2m9x'|an id is",
                "'id':'k7q2m9xw'|'id':7|no text \"id\"",
                "'id':'k7q2m9xw',||no text \"id\"",
                "'user':'alice'|'user':''|user name",
                "['team/*']|'team/*'|no list",
                "['team/*']|[]|1 to 100",
                "['team/*']|[1]|other than texts",
                "['team/*']|['UPPER']|repository",
                "['pull']|['read']|actions are",
                "['pull']|[]|name an action",
                "2026-01-01T00:00:00Z|yesterday|time",
                "'sha256'|'expires':'soon','sha256'|time",
                "'sha256':'aa|'sha256':'a|64 digits",
                "'sha256'|'name':'a\\nb','sha256'|control",
                "'sha256'|'scope':'x','sha256'|not known",
                "'sha256'|'user':'bob','sha256'|twice",
            })
    void brokenTokens(String from, String to, String message) {
        String token = TOKEN.replace(from.replace("'", "\""), to == null ? "" : to.replace("'", "\""));
        assertThat(token).isNotEqualTo(TOKEN);
        assertThatThrownBy(() -> read("{\"version\": 1, \"tokens\": [" + token + "]}"))
                .isInstanceOf(TokensJson.Mistake.class)
                .hasMessageContaining(message);
    }

    @Test
    void notUtf8AndTooDeep() {
        assertThatThrownBy(() -> TokensJson.read("{\"ä\": 1}".getBytes(ISO_8859_1)))
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(TokensJson.Mistake.class);
    }

    private static PersonalToken token(Random random) {
        String[] names = {"", "ci", "größe \"x\"\\", "名前", "a'b{}[]"};
        String[] patterns = {"**", "team/*", "a?/b", "${user}/**", "x/**/y"};
        String[] actions = {"pull", "push", "delete", "list", "all"};
        return new PersonalToken(
                TokenText.random(new SecureRandom()).id(),
                names[1 + random.nextInt(names.length - 1)],
                names[random.nextInt(names.length)],
                TokenGrant.parse(
                        List.of(patterns[random.nextInt(5)], patterns[random.nextInt(5)]),
                        List.of(actions[random.nextInt(5)], actions[random.nextInt(5)])),
                Instant.ofEpochSecond(random.nextInt(2_000_000_000)),
                random.nextBoolean() ? Optional.of(Instant.ofEpochSecond(random.nextInt())) : Optional.empty(),
                TokenHash.of(Secret.of("secret" + random.nextInt())));
    }

    private static byte[] damage(byte[] file, Random random) {
        byte[] damaged = file.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            damaged[random.nextInt(damaged.length)] =
                    random.nextBoolean() ? (byte) random.nextInt(256) : damaged[random.nextInt(damaged.length)];
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
    }

    private static List<PersonalToken> read(String text) throws TokensJson.Mistake {
        return TokensJson.read(text.getBytes(UTF_8));
    }

    private static List<PersonalToken> readOrFail(byte[] file) {
        try {
            return TokensJson.read(file);
        } catch (TokensJson.Mistake e) {
            throw new AssertionError(new String(file, UTF_8), e);
        }
    }
}
