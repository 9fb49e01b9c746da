package io.wharfgate.auth;

import io.wharfgate.oci.RepositoryName;
import java.util.Optional;

/**
 * One thing that somebody wants to do.
 *
 * @param repository where; empty for what concerns the registry as a whole (ping, catalog)
 */
public record Access(Action action, Optional<RepositoryName> repository) {

    public static Access to(Action action, RepositoryName repository) {
        return new Access(action, Optional.of(repository));
    }

    /** Access to the registry as a whole. */
    public static Access toRegistry(Action action) {
        return new Access(action, Optional.empty());
    }
}
