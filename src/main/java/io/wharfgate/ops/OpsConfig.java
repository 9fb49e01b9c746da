package io.wharfgate.ops;

import io.wharfgate.http.ServerConfig.ListenAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The section {@code ops}.
 *
 * @param listen plain HTTP listener for health and metrics; empty: there is none
 * @param minFreeSpace bytes that have to be free on the storage's disk for the service to be ready; 0: it does not matter
 * @param control absolute; the socket by which commands reach the running service; empty: there is none
 */
public record OpsConfig(Optional<ListenAddress> listen, long minFreeSpace, Optional<Path> control) {

    /** With no more than a listener. */
    public OpsConfig(Optional<ListenAddress> listen) {
        this(listen, 0, Optional.empty());
    }
}
