package io.wharfgate.app;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.tls.CertificateWatch;
import io.wharfgate.tls.SelfSigned;
import io.wharfgate.tls.ServerIdentity;
import io.wharfgate.tls.TlsConfig;
import io.wharfgate.tls.TlsFiles;
import io.wharfgate.tls.TlsMaterialException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service's certificate: got at start, followed while running. Thread-safe. */
final class Certificates {

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final int REMARK_EVERY = 3;

    private final CertificateWatch watch;
    private final Optional<SelfSigned> selfSigned;
    private final List<String> names;

    private Certificates(CertificateWatch watch, Optional<SelfSigned> selfSigned, List<String> names) {
        this.watch = watch;
        this.selfSigned = selfSigned;
        this.names = names;
    }

    /**
     * Gets the certificate, or makes it. Waits for one that is configured and does not exist yet: people start a service
     * before their certificate client has run for the first time.
     *
     * @param stop ends the waiting when it opens
     * @return empty when {@code stop} opened first
     * @throws StartException when what is there cannot be used
     */
    static Optional<Certificates> open(TlsConfig config, CountDownLatch stop)
            throws StartException, InterruptedException {
        try {
            if (config instanceof TlsConfig.SelfSigned own) {
                SelfSigned maker = new SelfSigned(own.directory(), Clock.systemUTC());
                SelfSigned.Outcome outcome = maker.ensure(own.names());
                report(outcome);
                CertificateWatch watch = CertificateWatch.open(maker.files(), Clock.systemUTC());
                return Optional.of(new Certificates(watch, Optional.of(maker), own.names()));
            }
            TlsConfig.Files given = (TlsConfig.Files) config;
            TlsFiles files = new TlsFiles(given.certificate(), given.key(), given.passphrase());
            return await(files, stop).map(watch -> new Certificates(watch, Optional.empty(), List.of()));
        } catch (TlsMaterialException e) {
            throw new StartException("tls: " + e.getMessage(), e);
        }
    }

    private static Optional<CertificateWatch> await(TlsFiles files, CountDownLatch stop)
            throws TlsMaterialException, InterruptedException {
        for (int round = 0; ; round++) {
            try {
                return Optional.of(CertificateWatch.open(files, Clock.systemUTC()));
            } catch (TlsMaterialException e) {
                if (!e.isMissing()) {
                    throw e;
                }
                if (round % REMARK_EVERY == 0) {
                    LOG.warn("waiting for the certificate; HTTPS starts when it is there: {}", e.getMessage());
                }
            }
            if (stop.await(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
        }
    }

    SSLContext sslContext() {
        return watch.tls().sslContext();
    }

    ServerIdentity identity() {
        return watch.tls().identity();
    }

    /** The CA that clients have to be told to trust, when the certificate is of our own making. */
    Optional<Path> ownAuthority() {
        return selfSigned.map(SelfSigned::authorityCertificate);
    }

    /** Says what is remarkable about the certificate, loudly where it is dangerous. */
    void warn(ServerConfig.ListenAddress listen) {
        LOG.info("certificate {}", identity().summary());
        identity().warnings(Clock.systemUTC()).forEach(warning -> LOG.warn("certificate: {}", warning));
        if (identity().isPublishedExample() && !listen.loopback()) {
            LOG.warn("**********************************************************************");
            LOG.warn("The certificate in use is a published EXAMPLE: everybody has its key,");
            LOG.warn("and can read and change what clients of {} send.", listen);
            LOG.warn("Make one of your own: wharfgate cert self-signed --name HOST");
            LOG.warn("**********************************************************************");
        }
    }

    /** Adopts files that have changed; called every few seconds. */
    void poll() {
        CertificateWatch.Outcome outcome = watch.poll();
        if (outcome instanceof CertificateWatch.Outcome.Adopted adopted) {
            LOG.info("certificate reloaded {}", adopted.identity().summary());
        } else if (outcome instanceof CertificateWatch.Outcome.Refused refused) {
            LOG.error(
                    "certificate not reloaded, the old one stays in force: {}",
                    refused.why().getMessage());
        }
    }

    /** Reads the files now, changed or not. */
    void reload() {
        renew();
        try {
            LOG.info("certificate reloaded {}", watch.reload().summary());
        } catch (TlsMaterialException e) {
            LOG.error("certificate not reloaded, the old one stays in force: {}", e.getMessage());
        }
    }

    /** Makes a new certificate of our own before the old one expires; called every few hours. */
    void renew() {
        if (selfSigned.isEmpty()) {
            return;
        }
        try {
            report(selfSigned.get().ensure(names));
        } catch (TlsMaterialException e) {
            LOG.error("certificate not renewed: {}", e.getMessage());
        }
    }

    private static void report(SelfSigned.Outcome outcome) {
        if (outcome.change() != SelfSigned.Change.NONE) {
            LOG.info("certificate issued: {}", outcome.why());
        }
        outcome.warning().ifPresent(warning -> LOG.warn("certificate: {}", warning));
    }
}
