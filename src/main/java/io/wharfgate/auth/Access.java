package io.wharfgate.auth;

import io.wharfgate.oci.RepositoryName;

/** One thing that somebody wants to do. */
public sealed interface Access {

    /** To come in at all: the ping that tells a client whether it is known here. */
    record Ping() implements Access {}

    /** To ask for the list of repositories; which of them it holds is asked for one by one, as {@link Action#LIST}. */
    record Catalog() implements Access {}

    /** To do something in one repository. */
    record InRepository(Action action, RepositoryName repository) implements Access {}

    /**
     * To do something in every repository there is or will be: for requests that could touch any, where they cannot be
     * asked for one by one. A denial is always safe.
     */
    record Everywhere(Action action) implements Access {}

    static Access to(Action action, RepositoryName repository) {
        return new InRepository(action, repository);
    }
}
