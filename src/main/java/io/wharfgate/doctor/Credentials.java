package io.wharfgate.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands in {@code Authorization}: the login itself, or a token that it gets. Not thread-safe. */
final class Credentials {

    /** Tokens live at least a minute; one is used for less than that. */
    private static final Duration TOKEN_USE = Duration.ofSeconds(40);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Options options;
    private final Dialer dialer;
    private final Redaction redaction;
    private @Nullable Secret token;
    private Instant tokenSince = Instant.MIN;

    Credentials(Options options, Dialer dialer, Redaction redaction) {
        this.options = options;
        this.dialer = dialer;
        this.redaction = redaction;
        options.login().ifPresent(login -> {
            redaction.hide(login.password());
            redaction.hide(Secret.of(base64(login)));
        });
    }

    /** For a server that asks like this; empty when there is nothing to send. */
    Optional<String> authorization(Optional<Challenge> challenge) throws IOException {
        if (challenge.isPresent() && challenge.get().bearer()) {
            return Optional.of("Bearer " + token(challenge.get()).reveal());
        }
        return challenge.isPresent() ? basic() : Optional.empty();
    }

    Optional<String> basic() {
        return options.login().map(login -> "Basic " + base64(login));
    }

    private static String base64(Options.Login login) {
        String pair = login.user() + ":" + login.password().reveal();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Secret token(Challenge challenge) throws IOException {
        if (token == null || tokenSince.plus(TOKEN_USE).isBefore(Instant.now())) {
            token = tokenOf(askForToken(challenge));
            tokenSince = Instant.now();
        }
        return token;
    }

    /** Asks the realm as docker does (distribution's token specification). */
    Response askForToken(Challenge challenge) throws IOException {
        URI realm = realm(challenge);
        String path = realm.getRawPath() == null || realm.getRawPath().isEmpty() ? "/" : realm.getRawPath();
        var query = new StringBuilder(path)
                .append(realm.getRawQuery() == null ? "?" : "?" + realm.getRawQuery() + "&")
                .append("service=")
                .append(encoded(challenge.parameter("service").orElse("")));
        query.append("&scope=")
                .append(encoded("repository:" + options.repository().value() + ":pull,push,delete"));
        query.append("&scope=").append(encoded("registry:catalog:*"));
        options.login().ifPresent(login -> query.append("&account=").append(encoded(login.user())));
        Target server = Target.parse(realm.getScheme() + "://" + realm.getRawAuthority());
        boolean private_ =
                server.secure() || server.local() || !options.target().secure();
        if (options.login().isPresent() && !private_) {
            throw new WireException("the realm " + realm + " is not HTTPS: the password is not sent there");
        }
        try (Wire wire = dialer.open(server)) {
            return wire.exchange(Request.get(query.toString()).with("Authorization", basic()));
        }
    }

    /** The realm as an address. */
    static URI realm(Challenge challenge) throws WireException {
        try {
            URI realm = new URI(challenge.realm());
            Target.parse(realm.getScheme() + "://" + realm.getRawAuthority());
            return realm;
        } catch (java.net.URISyntaxException | IllegalArgumentException e) {
            throw new WireException("the realm \"" + challenge.realm() + "\" is not the URL of a server", e);
        }
    }

    /** The token of an answer; from now on no report shows it. */
    Secret tokenOf(Response answer) throws WireException {
        if (answer.status() != 200) {
            throw new WireException("the token service answered " + answer.shown());
        }
        try {
            JsonNode body = JSON.readTree(answer.body());
            String text = body.path("token").asText("");
            Secret found = Secret.of(text.isEmpty() ? body.path("access_token").asText("") : text);
            if (!found.reveal().matches("[\\x21-\\x7E]+")) {
                throw new WireException("the token service's answer holds no token");
            }
            redaction.hide(found);
            return found;
        } catch (JsonProcessingException e) {
            throw new WireException("the token service's answer is no JSON", e);
        } catch (IOException e) {
            throw e instanceof WireException known ? known : new WireException("the token cannot be read", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
