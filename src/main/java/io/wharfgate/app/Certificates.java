package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.files.Adoptions;
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

/**
 * The service's certificate: got at start, followed while running, from another place after a reload. Thread-safe; what reads
 * files takes turns.
 */
final class Certificates implements Reloadable {

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final int REMARK_EVERY = 3;

    private volatile Source source;
    private final Adoptions adoptions = new Adoptions(Clock.systemUTC());

    /** @param own who makes it, when it is of our own making */
    private record Source(CertificateWatch watch, Optional<Own> own) {}

    private record Own(SelfSigned maker, List<String> names) {}

    private Certificates(Source source) {
        this.source = source;
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
            Optional<Own> own = own(config);
            return await(files(config, own), stop).map(watch -> new Certificates(new Source(watch, own)));
        } catch (TlsMaterialException e) {
            throw new StartException("tls: " + e.getMessage(), e);
        }
    }

    /** Makes the certificate, if that is what is configured and there is none for these names. */
    private static Optional<Own> own(TlsConfig config) throws TlsMaterialException {
        if (config instanceof TlsConfig.SelfSigned selfSigned) {
            SelfSigned maker = new SelfSigned(selfSigned.directory(), Clock.systemUTC());
            report(maker.ensure(selfSigned.names()));
            return Optional.of(new Own(maker, selfSigned.names()));
        }
        return Optional.empty();
    }

    private static TlsFiles files(TlsConfig config, Optional<Own> own) {
        return own.map(it -> it.maker().files()).orElseGet(() -> {
            TlsConfig.Files given = (TlsConfig.Files) config;
            return new TlsFiles(given.certificate(), given.key(), given.passphrase());
        });
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

    /** Here nothing is waited for: there is a certificate in force. */
    @Override
    public synchronized Runnable prepare(WharfgateConfig next) throws StartException {
        try {
            Optional<Own> own = own(next.tls());
            CertificateWatch.Successor successor = source.watch().successor(files(next.tls(), own));
            return () -> takeOver(successor, own);
        } catch (TlsMaterialException e) {
            throw new StartException("tls: " + e.getMessage(), e);
        }
    }

    private synchronized void takeOver(CertificateWatch.Successor successor, Optional<Own> own) {
        source = new Source(successor.watch(), own);
        if (successor.takeOver()) {
            adoptions.adopt();
            LOG.info("certificate reloaded {}", successor.identity().summary());
        }
    }

    SSLContext sslContext() {
        return source.watch().tls().sslContext();
    }

    ServerIdentity identity() {
        return source.watch().tls().identity();
    }

    /** How often its files were taken into force. */
    Adoptions adoptions() {
        return adoptions;
    }

    /** The CA that clients have to be told to trust, when the certificate is of our own making. */
    Optional<Path> ownAuthority() {
        return source.own().map(own -> own.maker().authorityCertificate());
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
    synchronized void poll() {
        CertificateWatch.Outcome outcome = source.watch().poll();
        if (outcome instanceof CertificateWatch.Outcome.Adopted adopted) {
            adoptions.adopt();
            LOG.info("certificate reloaded {}", adopted.identity().summary());
        } else if (outcome instanceof CertificateWatch.Outcome.Refused refused) {
            adoptions.refuse();
            LOG.error(
                    "certificate not reloaded, the old one stays in force: {}",
                    refused.why().getMessage());
        } else if (outcome instanceof CertificateWatch.Outcome.Unchanged
                && source.watch().inForce()) {
            adoptions.same();
        }
    }

    /** Makes a new certificate of our own before the old one expires; called every few hours. */
    synchronized void renew() {
        if (source.own().isEmpty()) {
            return;
        }
        try {
            Own own = source.own().get();
            report(own.maker().ensure(own.names()));
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
