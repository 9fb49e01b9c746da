package io.wharfgate.auth;

import java.util.Locale;

/** What somebody wants to do in a repository; the action names of the Docker token specification, and LIST. */
public enum Action {
    PULL,
    PUSH,
    DELETE,
    /** To find the repository in the catalog. Its tags are read with {@link #PULL}, as clients ask for it. */
    LIST;

    /** As scopes and rules write it: {@code pull}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
