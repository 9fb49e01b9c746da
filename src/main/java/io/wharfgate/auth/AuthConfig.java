package io.wharfgate.auth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The section {@code auth}. Immutable.
 *
 * @param realm what a client shows when it asks for a password
 * @param htpasswd absolute; users and password hashes
 * @param defaultHtpasswd whether {@code htpasswd} lies at its default place in the data directory; then the first start
 *     makes the user {@code admin} if there is no file
 * @param access absolute; per-repository rules
 * @param challenge the scheme that an unauthenticated client is asked for
 * @param cacheExpiry how long a verified password is remembered
 */
public record AuthConfig(
        String realm,
        Path htpasswd,
        boolean defaultHtpasswd,
        Optional<Path> access,
        Challenge challenge,
        Duration cacheExpiry) {

    /** The scheme that an unauthenticated client is asked for. */
    public enum Challenge {
        /** The service chooses. */
        AUTO,
        BASIC,
        BEARER
    }
}
