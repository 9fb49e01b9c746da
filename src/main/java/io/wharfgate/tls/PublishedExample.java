package io.wharfgate.tls;

import java.security.cert.X509Certificate;

/** How the certificates of {@code certs-example/}, whose keys are published, are told from real ones. */
final class PublishedExample {

    /**
     * Stands in the subject of the example CA and of its leaf. The name and not a list of fingerprints, so that it also
     * marks whatever else is signed with the published CA key: that names the CA as its issuer.
     */
    static final String ORGANIZATION = "Wharfgate example - do not use";

    private PublishedExample() {}

    static boolean marks(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName().contains(ORGANIZATION)
                || certificate.getIssuerX500Principal().getName().contains(ORGANIZATION);
    }
}
