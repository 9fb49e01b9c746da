package io.wharfgate.auth;

/** What somebody wants to do in a repository; the action names of the Docker token specification, and LIST. */
public enum Action {
    PULL,
    PUSH,
    DELETE,
    /** To find the repository in the catalog. Its tags are read with {@link #PULL}, as clients ask for it. */
    LIST
}
