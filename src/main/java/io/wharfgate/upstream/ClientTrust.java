package io.wharfgate.upstream;

import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Makes of certificate files what connections to an upstream need. */
public interface ClientTrust {

    /**
     * Reads the files.
     *
     * @return empty for the system's authorities and no certificate of the gateway's own
     * @throws IOException when they cannot be read or used, saying which and why
     */
    Optional<SSLContext> of(UpstreamConfig.Tls tls) throws IOException;
}
