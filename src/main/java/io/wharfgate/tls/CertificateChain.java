package io.wharfgate.tls;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Puts the certificates of a file into the order that TLS wants: leaf first, then each one's issuer. */
final class CertificateChain {

    private CertificateChain() {}

    /**
     * The chain of the leaf that the predicate picks; empty when it picks none. Certificates that do not continue the
     * chain (a cross-signed alternative, say) follow at the end in their order: TLS 1.3 allows them, and older clients
     * may need them.
     */
    static Optional<List<X509Certificate>> sorted(List<X509Certificate> certificates, Predicate<PublicKey> isLeafKey) {
        List<X509Certificate> rest = new ArrayList<>(certificates);
        Optional<X509Certificate> leaf =
                rest.stream().filter(c -> isLeafKey.test(c.getPublicKey())).findFirst();
        if (leaf.isEmpty()) {
            return Optional.empty();
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Optional<X509Certificate> next = leaf; next.isPresent(); next = issuer(next.get(), rest)) {
            chain.add(next.get());
            rest.remove(next.get());
        }
        chain.addAll(rest);
        return Optional.of(List.copyOf(chain));
    }

    private static Optional<X509Certificate> issuer(X509Certificate certificate, List<X509Certificate> candidates) {
        return candidates.stream().filter(c -> issued(c, certificate)).findFirst();
    }

    /** True when the issuer's name and key are those that signed the certificate. */
    static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }
}
