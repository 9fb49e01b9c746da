package io.wharfgate.cli;

import java.nio.file.Path;

/**
 * What the {@code cert} commands take when they are not told: the paths of the all-in-one set-up. Given to
 * {@link CertCommand}, so that they can come from a configuration instead.
 *
 * @param directory of the self-signed CA
 * @param host as clients name the registry
 */
public record CertDefaults(Path directory, String host) {}
