package io.wharfgate.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.secret.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a token service gave.
 *
 * @param lifetime from when the answer came
 */
record TokenAnswer(Secret token, Duration lifetime) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Docker token specification: "if omitted, this defaults to 60 seconds". */
    private static final long DEFAULT_SECONDS = 60;

    private static final long MOST_SECONDS = Duration.ofDays(1).toSeconds();

    /** Reads the JSON; empty when there is no token in it. What is in it is told to nobody. */
    static Optional<TokenAnswer> parse(String body) {
        JsonNode answer;
        try {
            answer = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        long seconds = answer.path("expires_in").asLong(DEFAULT_SECONDS);
        Duration lifetime = Duration.ofSeconds(seconds <= 0 ? DEFAULT_SECONDS : Math.min(seconds, MOST_SECONDS));
        return Stream.of("token", "access_token")
                .map(name -> answer.path(name).asText(""))
                .filter(token -> !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f))
                .findFirst()
                .map(token -> new TokenAnswer(Secret.of(token), lifetime));
    }
}
