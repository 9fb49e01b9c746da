package io.wharfgate.auth;

/** Decides who may do what. Safe for use by any thread, and fast: it is asked on I/O threads. */
public interface AccessPolicy {

    /** Decides on one access. An exception counts as a denial. */
    Decision decide(Identity identity, Access access);

    /**
     * Whether somebody may pull from every repository there is or will be: for a request that could be answered from any,
     * where they cannot be asked for one by one. False is always safe.
     */
    default boolean mayPullAll(Identity identity) {
        return false;
    }

    /** Everybody who has logged in may do everything, and nobody else anything: the rule of nginx's auth_basic. */
    static AccessPolicy everyUser() {
        return new EveryUser();
    }
}
