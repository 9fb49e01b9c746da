package io.wharfgate.auth;

/** Decides who may do what. Safe for use by any thread, and fast: it is asked on I/O threads. */
public interface AccessPolicy {

    /** Decides on one access. An exception counts as a denial. */
    Decision decide(Identity identity, Access access);

    /** Everybody who has logged in may do everything, and nobody else anything: the rule of nginx's auth_basic. */
    static AccessPolicy everyUser() {
        return (identity, access) -> identity instanceof Identity.User
                ? new Decision.Allowed()
                : new Decision.Denied("authentication required");
    }
}
