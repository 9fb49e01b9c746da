package io.wharfgate.doctor;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/** The certificates that a server sends, put in order from the leaf upwards as far as they lead. */
final class Chain {

    private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    /** The object identifier of "CA issuers" in DER: where the issuer's certificate can be had. */
    private static final byte[] CA_ISSUERS = {0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02};

    private final List<X509Certificate> sent;
    private final List<X509Certificate> path;
    private final X509TrustManager trust;

    Chain(List<X509Certificate> sent, X509TrustManager trust) {
        this.sent = List.copyOf(sent);
        this.trust = trust;
        this.path = upwards(sent);
    }

    private static List<X509Certificate> upwards(List<X509Certificate> sent) {
        var path = new ArrayList<X509Certificate>();
        path.add(sent.get(0));
        while (true) {
            X509Certificate top = path.get(path.size() - 1);
            Optional<X509Certificate> issuer = sent.stream()
                    .filter(candidate -> !path.contains(candidate) && issued(candidate, top))
                    .findFirst();
            if (issuer.isEmpty()) {
                return path;
            }
            path.add(issuer.get());
        }
    }

    X509Certificate leaf() {
        return path.get(0);
    }

    X509Certificate top() {
        return path.get(path.size() - 1);
    }

    int sentCount() {
        return sent.size();
    }

    /** Whether each certificate follows the one that it vouches for, and none is there for nothing. */
    boolean inOrder() {
        return sent.equals(path);
    }

    /** Whether nothing lacks above the last: it is its own issuer, or its issuer is trusted here. */
    boolean complete() {
        return issued(top(), top()) || anchored();
    }

    boolean anchored() {
        return Arrays.stream(trust.getAcceptedIssuers())
                .anyMatch(anchor -> anchor.equals(top()) || issued(anchor, top()));
    }

    /** Whether the last one says where its issuer can be had, as those of public authorities do. */
    boolean issuerPublished() {
        byte[] value = top().getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
        return value != null && contains(value, CA_ISSUERS);
    }

    /** What is said against it, names aside; empty when it is trusted. */
    Optional<String> objection() {
        try {
            trust.checkServerTrusted(path.toArray(X509Certificate[]::new), "UNKNOWN");
            return Optional.empty();
        } catch (CertificateException | RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            // "PKIX path building failed: sun.security.…Exception: unable to find …": only the end is for people.
            return Optional.of(message.substring(message.lastIndexOf(": ") + 1).strip());
        }
    }

    private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean contains(byte[] whole, byte[] part) {
        for (int at = 0; at + part.length <= whole.length; at++) {
            if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
