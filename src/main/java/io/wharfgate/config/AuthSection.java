package io.wharfgate.config;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.AuthConfig.Challenge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads the section {@code auth}, and refuses what this version cannot enforce. */
final class AuthSection {

    private AuthSection() {}

    static AuthConfig read(Values values, PathFormat paths, Path dataDirectory) {
        Path usual = dataDirectory.resolve("htpasswd");
        Path htpasswd = values.get(Key.AUTH_HTPASSWD, paths, usual);
        Optional<Path> access = values.get(Key.AUTH_ACCESS, paths);
        // "Not known to be missing": a file that may not be looked at counts as there, which is the safe side.
        if (access.isPresent() && !Files.notExists(access.get())) {
            values.error(
                    Key.AUTH_ACCESS,
                    "names a file that exists, but this version cannot enforce per-repository rules and so does not"
                            + " start with them; remove the key, and every user in htpasswd may do everything");
        }
        Challenge challenge = values.get(Key.AUTH_CHALLENGE, new ChoiceFormat<>(Challenge.class), Challenge.AUTO);
        if (challenge == Challenge.BEARER) {
            values.error(Key.AUTH_CHALLENGE, "this version has no token service yet; write basic or auto");
        }
        Duration expiry = values.get(
                Key.AUTH_CACHE_EXPIRY,
                new DurationFormat(Duration.ofSeconds(1), Duration.ofDays(1)),
                Duration.ofMinutes(5));
        return new AuthConfig(
                values.get(Key.AUTH_REALM, new RealmFormat(), "Wharfgate"),
                htpasswd,
                htpasswd.equals(usual),
                access,
                challenge,
                expiry);
    }
}
