package io.wharfgate.app;

import io.wharfgate.files.Adoptions;
import io.wharfgate.tls.ClientTls;
import io.wharfgate.tls.TlsFiles;
import io.wharfgate.tls.TlsMaterialException;
import io.wharfgate.upstream.ClientTrust;
import io.wharfgate.upstream.UpstreamConfig;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities and certificates of connections to upstreams, read at the start and again when their files change. All
 * are asked for before {@link #poll} is called for the first time; then safe for use by any thread.
 */
final class UpstreamTls implements ClientTrust {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTls.class);

    private final List<ClientTls> opened = new ArrayList<>();
    private final Adoptions adoptions = new Adoptions(Clock.systemUTC());

    @Override
    public Optional<SSLContext> of(UpstreamConfig.Tls tls) throws IOException {
        if (tls.authority().isEmpty() && tls.identity().isEmpty()) {
            return Optional.empty();
        }
        Optional<TlsFiles> identity =
                tls.identity().map(files -> new TlsFiles(files.certificate(), files.key(), files.keyPassword()));
        try {
            ClientTls client = ClientTls.open(tls.authority(), identity, Clock.systemUTC());
            opened.add(client);
            return Optional.of(client.sslContext());
        } catch (TlsMaterialException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Looks whether all files can be used as they are now.
     *
     * @throws StartException when one cannot
     */
    void check() throws StartException {
        for (ClientTls client : opened) {
            try {
                client.check();
            } catch (TlsMaterialException e) {
                throw new StartException("upstream: " + e.getMessage(), e);
            }
        }
    }

    /** How often any of the files were taken into force. */
    Adoptions adoptions() {
        return adoptions;
    }

    /** Looks at the files; what is broken is reported, and what was in force stays. */
    void poll() {
        for (ClientTls client : opened) {
            try {
                if (client.poll()) {
                    adoptions.adopt();
                    LOG.info("upstream certificates reloaded");
                }
            } catch (TlsMaterialException e) {
                adoptions.refuse();
                LOG.error("upstream certificates not reloaded; the old ones stay in force: {}", e.getMessage());
            }
        }
        if (opened.stream().allMatch(ClientTls::inForce)) {
            adoptions.same();
        }
    }
}
