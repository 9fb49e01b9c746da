package io.wharfgate.auth;

import io.wharfgate.oci.RepositoryName;
import java.util.Set;

/**
 * One resource scope of Docker's token specification: {@code repository:team/app:pull,push}, {@code registry:catalog:*}.
 * Immutable.
 */
public sealed interface Scope {

    /** Some actions in one repository; {@link Action#LIST} has no place in it. */
    record InRepository(RepositoryName repository, Set<Action> actions) implements Scope {}

    /** The list of repositories. */
    record Catalog() implements Scope {}

    /** Something that this registry does not know: it is not granted, and nothing else is said about it. */
    record Unknown() implements Scope {}
}
