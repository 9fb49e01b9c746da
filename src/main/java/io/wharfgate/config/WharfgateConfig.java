package io.wharfgate.config;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.ops.OpsConfig;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.storage.filesystem.FilesystemConfig;
import io.wharfgate.tls.TlsConfig;
import io.wharfgate.upstream.UpstreamConfig;
import java.util.Optional;

/**
 * The whole configuration, checked and with its defaults in place. Immutable; every path in it is absolute.
 *
 * @param upstream present for a gateway; {@code storage} and {@code registry} then mean nothing
 */
public record WharfgateConfig(
        ServerConfig server,
        TlsConfig tls,
        AuthConfig auth,
        FilesystemConfig storage,
        RegistryConfig registry,
        Optional<UpstreamConfig> upstream,
        OpsConfig ops,
        LogConfig log) {}
