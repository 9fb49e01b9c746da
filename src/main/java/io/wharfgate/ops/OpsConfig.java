package io.wharfgate.ops;

import io.wharfgate.http.ServerConfig.ListenAddress;
import java.util.Optional;

/**
 * The section {@code ops}.
 *
 * @param listen plain HTTP listener for health and metrics; empty: there is none
 */
public record OpsConfig(Optional<ListenAddress> listen) {}
