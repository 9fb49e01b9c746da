package io.wharfgate.auth;

/** Decides who may do what. Safe for use by any thread, and fast: it is asked on I/O threads. */
public interface AccessPolicy {

    /** Decides on one access. An exception counts as a denial. */
    Decision decide(Identity identity, Access access);

    /** Whether there is anything that somebody may do without having logged in. */
    default boolean admitsAnonymous() {
        return false;
    }

    /** Everybody who has logged in may do everything, and nobody else anything: the rule of nginx's auth_basic. */
    static AccessPolicy everyUser() {
        return new EveryUser();
    }
}
