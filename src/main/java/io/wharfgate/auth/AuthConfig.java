package io.wharfgate.auth;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The section {@code auth}. Immutable.
 *
 * @param realm what a client shows when it asks for a password
 * @param htpasswd absolute; users and password hashes
 * @param defaultHtpasswd whether {@code htpasswd} lies at its default place in the data directory; then the first start
 *     makes the user {@code admin} if there is no file
 * @param access absolute; per-repository rules. As long as there is no such file, every user may do everything
 * @param challenge the scheme that an unauthenticated client is asked for
 * @param cacheExpiry how long a verified password is remembered
 * @param throttle whether wrong passwords make the next try wait
 * @param token how access tokens are issued
 * @param personalTokens absolute; tokens that users made for robots
 */
public record AuthConfig(
        String realm,
        Path htpasswd,
        boolean defaultHtpasswd,
        Path access,
        Challenge challenge,
        Duration cacheExpiry,
        boolean throttle,
        Token token,
        Path personalTokens) {

    /**
     * The section {@code auth.token}.
     *
     * @param keys absolute; the keys that tokens are signed with. Made if there is no such file
     * @param service the name that tokens are issued for; all instances that share keys have the same
     * @param expiry how long an access token is good
     * @param refreshExpiry how long a refresh token is good
     */
    public record Token(Path keys, String service, Duration expiry, Duration refreshExpiry) {}

    /** The scheme that an unauthenticated client is asked for. */
    public enum Challenge {
        /** The service chooses. */
        AUTO,
        BASIC,
        BEARER
    }
}
