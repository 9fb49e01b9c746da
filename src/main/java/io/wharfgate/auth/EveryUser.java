package io.wharfgate.auth;

/** Everybody who has logged in may do everything, and nobody else anything. */
final class EveryUser implements AccessPolicy {

    @Override
    public Decision decide(Identity identity, Access access) {
        return identity instanceof Identity.User
                ? new Decision.Allowed()
                : new Decision.Denied("authentication required");
    }
}
