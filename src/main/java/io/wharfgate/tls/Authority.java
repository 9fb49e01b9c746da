package io.wharfgate.tls;

import io.wharfgate.tls.TlsMaterialException.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The CA of a self-signed directory, read and checked. */
record Authority(PrivateKey key, List<X509Certificate> chain, Path file, Clock clock) {

    static Authority load(Path certificate, Path keyFile, Clock clock) throws TlsMaterialException {
        PemFile certificates = PemFile.read(certificate);
        PemFile keys = PemFile.read(keyFile);
        if (certificates.certificates().isEmpty()) {
            throw broken(certificate, "holds no certificate");
        }
        PrivateKey key = keys.key(Optional.empty()).orElseThrow(() -> broken(keyFile, "holds no private key"));
        List<X509Certificate> chain = CertificateChain.sorted(
                        certificates.certificates(), candidate -> KeyMatch.pair(candidate, key))
                .orElseThrow(() -> broken(keyFile, "does not belong to the CA in " + certificate));
        Authority authority = new Authority(key, chain, certificate, clock);
        if (authority.certificate().getBasicConstraints() < 0) {
            throw broken(certificate, "is not a CA certificate");
        }
        if (clock.instant().isAfter(authority.expires())) {
            throw broken(certificate, "expired on " + authority.expires());
        }
        return authority;
    }

    private static TlsMaterialException broken(Path file, String what) {
        return new TlsMaterialException(
                Problem.AUTHORITY,
                file,
                what + "; put the right file back, or remove ca.crt, ca.key, server.crt and server.key for a new CA,"
                        + " which every client must then be told to trust");
    }

    private X509Certificate certificate() {
        return chain.get(0);
    }

    Issuer.Issued issued() {
        return new Issuer.Issued(key, certificate());
    }

    Instant expires() {
        return certificate().getNotAfter().toInstant();
    }

    List<X509Certificate> chainOf(X509Certificate leaf) {
        List<X509Certificate> all = new ArrayList<>();
        all.add(leaf);
        all.addAll(chain);
        return all;
    }

    /** A certificate from elsewhere was put here by somebody: it is not ours to overwrite. */
    void refuseForeign(Path leafFile) throws TlsMaterialException {
        List<X509Certificate> found = List.of();
        if (Files.exists(leafFile)) {
            try {
                found = PemFile.read(leafFile).certificates();
            } catch (TlsMaterialException e) {
                if (e.problem() == Problem.UNREADABLE) {
                    throw e;
                }
                return; // damaged: will be issued anew
            }
        }
        if (!found.isEmpty()
                && found.stream()
                        .noneMatch(c -> CertificateChain.issued(certificate(), c) && !c.equals(certificate()))) {
            throw new TlsMaterialException(
                    Problem.AUTHORITY,
                    leafFile,
                    "was not issued by " + file + " and is left as it is; to serve it, name it and its key as"
                            + " tls.certificate and tls.key; to have a self-signed one, remove server.crt and server.key");
        }
    }

    Optional<String> expiryWarning(Duration ahead) {
        return clock.instant().plus(ahead).isAfter(expires())
                ? Optional.of(
                        "the CA in " + file + " expires on " + expires() + "; remove ca.crt, ca.key, server.crt and"
                                + " server.key for a new one, which every client must then be told to trust")
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "Authority " + CertificateSummary.of(certificate());
    }
}
