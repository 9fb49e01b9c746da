package io.wharfgate.app;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.UserStore;
import io.wharfgate.auth.access.AccessFile;
import io.wharfgate.auth.access.InvalidRulesException;

/** Opens the file of access rules. */
final class AccessRules {

    private AccessRules() {}

    /** @throws StartException when there are rules with mistakes: nobody knows what they were meant to forbid */
    static AccessFile open(AuthConfig auth, UserStore users) throws StartException {
        try {
            return AccessFile.open(
                    auth.access(), name -> users.current().find(name).isPresent());
        } catch (InvalidRulesException e) {
            throw new StartException("auth.access: the access rules have mistakes\n" + e.getMessage(), e);
        }
    }
}
