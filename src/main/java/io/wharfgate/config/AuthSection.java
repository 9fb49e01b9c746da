package io.wharfgate.config;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.AuthConfig.Challenge;
import io.wharfgate.http.ServerConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Reads the section {@code auth}. */
final class AuthSection {

    private AuthSection() {}

    static AuthConfig read(Values values, PathFormat paths, ServerConfig server) {
        Path usual = server.dataDirectory().resolve("htpasswd");
        Path htpasswd = values.get(Key.AUTH_HTPASSWD, paths, usual);
        return new AuthConfig(
                values.get(Key.AUTH_REALM, new RealmFormat(), "Wharfgate"),
                htpasswd,
                htpasswd.equals(usual),
                access(values, paths, server),
                values.get(Key.AUTH_CHALLENGE, new ChoiceFormat<>(Challenge.class), Challenge.AUTO),
                values.get(
                        Key.AUTH_CACHE_EXPIRY,
                        new DurationFormat(Duration.ofSeconds(1), Duration.ofDays(1)),
                        Duration.ofMinutes(5)),
                values.get(Key.AUTH_THROTTLE, new BooleanFormat(), true),
                token(values, paths, server),
                values.get(
                        Key.AUTH_PERSONAL_TOKENS, paths, server.dataDirectory().resolve("personal-tokens.json")));
    }

    /** A file that somebody names and forgets, or mistypes, opens the registry to every user: so it is told at each start. */
    private static Path access(Values values, PathFormat paths, ServerConfig server) {
        Path usual = server.dataDirectory().resolve("access.yaml");
        Path file = values.get(Key.AUTH_ACCESS, paths, usual);
        if (Files.notExists(file) && !file.equals(usual)) {
            values.warning(Key.AUTH_ACCESS, file + " does not exist, so every user may do everything");
        }
        return file;
    }

    private static AuthConfig.Token token(Values values, PathFormat paths, ServerConfig server) {
        return new AuthConfig.Token(
                values.get(Key.AUTH_TOKEN_KEYS, paths, server.dataDirectory().resolve("token-keys.json")),
                values.get(
                        Key.AUTH_TOKEN_SERVICE,
                        new RealmFormat(),
                        server.externalUrl().map(URI::getAuthority).orElse("wharfgate")),
                values.get(
                        Key.AUTH_TOKEN_EXPIRY,
                        // Docker's token specification: clients count on a minute at least.
                        new DurationFormat(Duration.ofMinutes(1), Duration.ofHours(1)),
                        Duration.ofMinutes(5)),
                values.get(
                        Key.AUTH_TOKEN_REFRESH_EXPIRY,
                        new DurationFormat(Duration.ofHours(1), Duration.ofDays(366)),
                        Duration.ofDays(30)));
    }
}
