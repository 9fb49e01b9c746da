package io.wharfgate.auth;

import java.util.Optional;

/**
 * Says what a personal token is good for at this moment, to those who know its id alone: access tokens that were issued for
 * it end with it. Safe for use by any thread, and fast: it is asked for each request.
 */
@FunctionalInterface
public interface PersonalTokenReach {

    /**
     * The reach of that token.
     *
     * @param id as in {@link Credential.PersonalToken}
     * @param user whose token it has to be
     * @return empty when he has no such token, or it is revoked or expired
     */
    Optional<Reach> reach(String id, String user);

    /** Where there are no personal tokens. */
    static PersonalTokenReach none() {
        return (id, user) -> Optional.empty();
    }
}
