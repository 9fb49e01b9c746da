package io.wharfgate.client.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Printable;
import io.wharfgate.client.StrictJson;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code docker-credential-NAME get}, as Docker does, for users whose passwords are in a keychain. The name comes from the
 * user's own file of logins, and the program from his own PATH.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers</a>
 */
class CredentialHelper {

    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final int SECONDS = 60;
    private static final String TOKEN_USER = "<token>";

    private final Map<String, String> environment;

    CredentialHelper(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Empty when it has nothing for this registry. */
    Optional<Login> get(String name, String registry) throws ExchangeException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new ExchangeException("the credential helper '" + Printable.of(name) + "' has no name that can be");
        }
        String program = program(name);
        try {
            ProcessBuilder builder = new ProcessBuilder(program, "get").redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            builder.environment().putAll(environment);
            return answer(program, builder.start(), registry);
        } catch (IOException e) {
            throw new ExchangeException(
                    program + ", which the file of logins names, failed: "
                            + Printable.of(String.valueOf(e.getMessage())),
                    e);
        }
    }

    /** Looked for in the PATH. */
    String program(String name) {
        return "docker-credential-" + name;
    }

    private static Optional<Login> answer(String program, Process process, String registry) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(registry.getBytes(StandardCharsets.UTF_8));
        }
        try {
            byte[] out = process.getInputStream().readNBytes(LARGEST_ANSWER);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("it does not end");
            }
            // "credentials not found" is an error of its own to these programs.
            return process.exitValue() == 0
                    ? login(StrictJson.object(out, "what " + program + " says"))
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroy();
        }
    }

    private static Optional<Login> login(JsonNode json) {
        String user = json.path("Username").asText("");
        Secret secret = Secret.of(json.path("Secret").asText(""));
        if (user.isEmpty() || secret.reveal().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                user.equals(TOKEN_USER) ? new Login.IdentityToken(secret) : new Login.Password(user, secret));
    }
}
