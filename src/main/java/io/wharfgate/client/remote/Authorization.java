package io.wharfgate.client.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Printable;
import io.wharfgate.client.StrictJson;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The logins at one registry, as it asks for them: Basic, or tokens of its token service (Docker token specification), one for each
 * set of scopes, renewed before they end. Thread-safe; one thread fetches a token while the others wait for it.
 */
final class Authorization {

    /** Docker token specification: "if omitted, this defaults to 60 seconds". */
    private static final long DEFAULT_SECONDS = 60;

    private static final int LARGEST_ANSWER = 256 * 1024;

    private final RegistryHost registry;
    private final Login login;
    private final HttpTransport http;
    private final Map<String, Token> tokens = new HashMap<>();
    private Optional<AuthChallenge> known = Optional.empty();

    private record Token(Secret value, long renewAtNanos) {}

    Authorization(RegistryHost registry, Login login, HttpTransport http) {
        this.registry = registry;
        this.login = login;
        this.http = http;
    }

    /** What to send along, as far as it is known how this registry wants it. */
    synchronized Optional<String> field(List<String> scopes) throws IOException {
        if (login instanceof Login.Pass pass) {
            return Optional.of("Bearer " + pass.token().reveal());
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        if (!known.get().bearer()) {
            return login instanceof Login.Password password ? Optional.of(basic(password)) : Optional.empty();
        }
        String key = String.join(" ", scopes);
        Token token = tokens.get(key);
        if (token == null || token.renewAtNanos() - System.nanoTime() < 0) {
            token = fetch(known.get(), scopes);
            tokens.put(key, token);
        }
        return Optional.of("Bearer " + token.value().reveal());
    }

    /**
     * The registry has asked for a login.
     *
     * @param sent what was sent along and was not enough
     * @return whether it is worth asking again
     */
    synchronized boolean challenged(List<String> fields, List<String> scopes, Optional<String> sent)
            throws ExchangeException {
        if (login instanceof Login.Pass) {
            return false;
        }
        List<AuthChallenge> challenges = AuthChallenge.parse(fields);
        Optional<AuthChallenge> wanted = challenges.stream()
                .filter(AuthChallenge::bearer)
                .findFirst()
                .or(() -> challenges.stream().findFirst());
        if (wanted.isEmpty()) {
            throw new ExchangeException(
                    registry + " wants a login of a kind that is unknown here (neither Basic nor Bearer)");
        }
        known = wanted;
        Token old = tokens.get(String.join(" ", scopes));
        // Unless another thread has renewed it meanwhile.
        if (old != null && sent.equals(Optional.of("Bearer " + old.value().reveal()))) {
            tokens.remove(String.join(" ", scopes));
        }
        return wanted.get().bearer() || (login instanceof Login.Password && sent.isEmpty());
    }

    /** Who asks, for messages. */
    String who() {
        return login instanceof Login.Password password
                ? "user '" + Printable.of(password.user()) + "'"
                : login instanceof Login.IdentityToken ? "the stored login" : "anonymous";
    }

    private Token fetch(AuthChallenge challenge, List<String> scopes) throws IOException {
        URI realm = realm(challenge.parameter("realm").orElse(""));
        HttpCall call = login instanceof Login.IdentityToken identity
                ? refresh(realm, challenge, scopes, identity)
                : HttpCall.of("GET", URI.create(append(realm.toString(), query(challenge, scopes))));
        Optional<String> basic =
                login instanceof Login.Password password ? Optional.of(basic(password)) : Optional.empty();
        long asked = System.nanoTime();
        try (HttpAnswer answer = http.send(call, basic)) {
            if (answer.status() == 401 || answer.status() == 403) {
                throw new ExchangeException("the token service of " + registry + " refuses " + who()
                        + ": check the name and the password, or log in again with: docker login " + registry.given());
            }
            if (answer.status() != 200) {
                throw Failure.of(answer, "token service of " + registry);
            }
            return token(answer.bytes(LARGEST_ANSWER), asked);
        }
    }

    private HttpCall refresh(URI realm, AuthChallenge challenge, List<String> scopes, Login.IdentityToken identity) {
        String form = "grant_type=refresh_token&client_id=wharfgate&refresh_token="
                + encoded(identity.token().reveal()) + "&service="
                + encoded(challenge.parameter("service").orElse(""))
                + "&scope=" + encoded(String.join(" ", scopes));
        return HttpCall.of("POST", realm)
                .with("Content-Type", "application/x-www-form-urlencoded")
                .with(HttpCall.Body.of(form.getBytes(StandardCharsets.UTF_8)));
    }

    private static String query(AuthChallenge challenge, List<String> scopes) {
        StringBuilder query = new StringBuilder();
        challenge
                .parameter("service")
                .ifPresent(service -> query.append("&service=").append(encoded(service)));
        scopes.forEach(scope -> query.append("&scope=").append(encoded(scope)));
        return query.length() == 0 ? "" : query.substring(1);
    }

    private static String append(String uri, String query) {
        return query.isEmpty() ? uri : uri + (uri.indexOf('?') < 0 ? "?" : "&") + query;
    }

    private Token token(byte[] body, long asked) throws ExchangeException {
        JsonNode json = StrictJson.object(body, "the answer of the token service of " + registry);
        String text = json.path("token").asText("");
        String value = text.isEmpty() ? json.path("access_token").asText("") : text;
        if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new ExchangeException("the token service of " + registry + " gave no token");
        }
        long seconds = Math.max(1, Math.min(86_400, json.path("expires_in").asLong(DEFAULT_SECONDS)));
        // Some seconds early, but of a short life at least a half.
        Duration use = Duration.ofSeconds(Math.max(seconds - 15, seconds / 2));
        return new Token(Secret.of(value), asked + use.toNanos());
    }

    /**
     * Where tokens are to be had. Docker sends passwords to any https address that a registry names, and Docker Hub's is another
     * host than the registry; but in the clear a password goes to the registry itself at most.
     */
    private URI realm(String realm) throws ExchangeException {
        try {
            URI uri = new URI(realm);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() == null || uri.getRawUserInfo() != null) {
                throw untrusted(realm, "is no absolute URL of a server");
            }
            boolean own = registry.isPlain()
                    && uri.getHost().equalsIgnoreCase(registry.uri().getHost());
            if (!scheme.equals("https") && !(scheme.equals("http") && own)) {
                throw untrusted(realm, "would get the password in the clear");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw untrusted(realm, "is no URL");
        }
    }

    private ExchangeException untrusted(String realm, String why) {
        return new ExchangeException("the token service that " + registry + " names " + why + ": '"
                + Printable.of(realm.replaceFirst("(?s)[?#].*", "").replaceFirst("//[^/]*@", "//")) + "'");
    }

    private static String basic(Login.Password login) {
        byte[] pair = (login.user() + ":" + login.password().reveal()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
