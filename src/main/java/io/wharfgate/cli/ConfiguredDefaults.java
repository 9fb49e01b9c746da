package io.wharfgate.cli;

import io.wharfgate.config.ConfigurationException;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.tls.TlsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code user} and {@code cert} work on when they are not told: what the service here works with, by the same
 * configuration that {@code serve} would find without {@code -c}. Read only when it is needed.
 */
final class ConfiguredDefaults {

    private final Surroundings surroundings;

    ConfiguredDefaults(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The configuration has mistakes, so it is not known what to work on; they have been printed. */
    static final class UnknownDefaults extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnknownDefaults() {
            super("mend the configuration, or say with options what to work on", null, false, false);
        }
    }

    Path htpasswd() {
        return config().auth().htpasswd();
    }

    CertDefaults cert() {
        WharfgateConfig config = config();
        Path directory = config.tls() instanceof TlsConfig.SelfSigned own
                ? own.directory()
                : config.server().dataDirectory().resolve("tls");
        return new CertDefaults(directory, host(config.server()));
    }

    private static String host(ServerConfig server) {
        String local = server.listen().clientHost() + ":" + server.listen().port();
        return server.externalUrl().map(URI::getAuthority).orElse(local);
    }

    private WharfgateConfig config() {
        try {
            return surroundings.configuration().load(Optional.empty()).config();
        } catch (ConfigurationException e) {
            ConfigOption.printErrors(surroundings.err(), e.errors());
            throw new UnknownDefaults();
        }
    }
}
