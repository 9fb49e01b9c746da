package io.wharfgate.tls;

import io.wharfgate.tls.TlsMaterialException.Problem;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who the server is to its clients: a private key and the certificate chain for it, leaf first. Immutable. */
public final class ServerIdentity {

    private static final long WARN_DAYS = 14;

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    /**
     * Reads and checks key and chain: they must belong together, and the leaf must be valid now.
     *
     * @throws TlsMaterialException saying which file is wrong and how; {@link TlsMaterialException#isMissing} when a
     *     file is not there yet
     */
    public static ServerIdentity load(TlsFiles files, Clock clock) throws TlsMaterialException {
        ServerIdentity identity = loadEvenIfExpired(files);
        identity.checkDates(files.certificate(), clock.instant());
        return identity;
    }

    static ServerIdentity loadEvenIfExpired(TlsFiles files) throws TlsMaterialException {
        PemFile certificates = PemFile.read(files.certificate());
        PemFile keys = files.key().equals(files.certificate()) ? certificates : PemFile.read(files.key());
        if (certificates.certificates().isEmpty()) {
            throw noCertificate(certificates, keys);
        }
        PrivateKey key = keys.key(files.passphrase()).orElseThrow(() -> noKey(keys));
        return CertificateChain.sorted(certificates.certificates(), leaf -> KeyMatch.pair(leaf, key))
                .map(chain -> new ServerIdentity(key, chain))
                .orElseThrow(() -> mismatch(files));
    }

    private static TlsMaterialException noCertificate(PemFile certificates, PemFile keys) {
        if (certificates.encodedKey().isPresent() && !certificates.path().equals(keys.path())) {
            return new TlsMaterialException(
                    Problem.SWAPPED,
                    certificates.path(),
                    keys.certificates().isEmpty()
                            ? "is configured as the certificate and holds a private key only; name the certificate's file"
                            : "is configured as the certificate and holds a private key, while " + keys.path()
                                    + " holds the certificate; swap the two settings");
        }
        return new TlsMaterialException(
                Problem.NO_CERTIFICATE,
                certificates.path(),
                "holds no certificate ('-----BEGIN CERTIFICATE-----'); add the server's chain, leaf first");
    }

    private static TlsMaterialException noKey(PemFile keys) {
        return new TlsMaterialException(
                Problem.NO_KEY,
                keys.path(),
                "holds no private key ('-----BEGIN PRIVATE KEY-----')"
                        + (keys.certificates().isEmpty()
                                ? "; name the file with the key"
                                : ", only a certificate; name the file with the key, or put the key into this one"));
    }

    private static TlsMaterialException mismatch(TlsFiles files) {
        return new TlsMaterialException(
                Problem.MISMATCH,
                files.key(),
                "does not belong to the certificate in " + files.certificate()
                        + "; use the key that the certificate was requested with");
    }

    private void checkDates(Path file, Instant now) throws TlsMaterialException {
        CertificateSummary summary = summary();
        if (now.isAfter(summary.notAfter())) {
            throw new TlsMaterialException(
                    Problem.EXPIRED,
                    file,
                    "expired on " + summary.notAfter() + " (now " + now + "); renew the certificate");
        }
        if (now.isBefore(summary.notBefore())) {
            throw new TlsMaterialException(
                    Problem.NOT_YET_VALID,
                    file,
                    "is valid only from " + summary.notBefore() + " (now " + now
                            + "); check the clock of this machine and of the one that issued it");
        }
    }

    PrivateKey key() {
        return key;
    }

    /** The chain, leaf first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The leaf, for the log and for people. */
    public CertificateSummary summary() {
        return CertificateSummary.of(leaf());
    }

    X509Certificate leaf() {
        return chain.get(0);
    }

    /** True for the published example of {@code certs-example/}, whose key everybody knows, and what its CA signed. */
    public boolean isPublishedExample() {
        return chain.stream().anyMatch(PublishedExample::marks);
    }

    /** What is worth a warning in the log though the identity works; one sentence each, empty when all is well. */
    public List<String> warnings(Clock clock) {
        List<String> warnings = new ArrayList<>();
        CertificateSummary summary = summary();
        if (isPublishedExample()) {
            warnings.add("this is the published example certificate: EVERYBODY HAS ITS KEY, so anybody can read and"
                    + " change the traffic; make your own with: wharfgate cert self-signed");
        }
        if (summary.names().isEmpty()) {
            warnings.add("the certificate has no subject alternative names: docker and other clients written in Go"
                    + " refuse it; request it again with the registry's name as a SAN");
        }
        if (summary.daysLeft(clock.instant()) < WARN_DAYS) {
            warnings.add("the certificate expires on " + summary.notAfter() + ", in less than " + WARN_DAYS + " days");
        }
        return List.copyOf(warnings);
    }

    Optional<X509Certificate> issuer() {
        return chain.stream()
                .skip(1)
                .filter(c -> CertificateChain.issued(c, leaf()))
                .findFirst();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerIdentity identity && chain.equals(identity.chain);
    }

    @Override
    public int hashCode() {
        return chain.hashCode();
    }

    /** The summary; never the key. */
    @Override
    public String toString() {
        return summary().toString();
    }
}
