package io.wharfgate.auth;

/** Everybody who has logged in may do everything, and nobody else anything. */
final class EveryUser implements AccessPolicy {

    @Override
    public Decision decide(Identity identity, Access access) {
        return mayPullAll(identity) ? new Decision.Allowed() : new Decision.Denied("authentication required");
    }

    @Override
    public boolean mayPullAll(Identity identity) {
        return identity instanceof Identity.User;
    }
}
