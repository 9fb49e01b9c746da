package io.wharfgate.auth;

/** What somebody wants to do; the action names of the Docker token specification, and LIST for the catalog. */
public enum Action {
    PULL,
    PUSH,
    DELETE,
    LIST
}
