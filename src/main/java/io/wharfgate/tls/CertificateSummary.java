package io.wharfgate.tls;

import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What people want to know of a certificate, as text.
 *
 * @param names the DNS names and IP addresses it is for (its subject alternative names)
 * @param keyType such as {@code EC P-256} or {@code RSA 2048}
 * @param fingerprint SHA-256 over the whole certificate, as {@code openssl x509 -fingerprint -sha256} shows it
 */
public record CertificateSummary(
        String subject,
        List<String> names,
        String issuer,
        Instant notBefore,
        Instant notAfter,
        String keyType,
        boolean authority,
        String fingerprint) {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    public static CertificateSummary of(X509Certificate certificate) {
        return new CertificateSummary(
                certificate.getSubjectX500Principal().getName(),
                names(certificate),
                certificate.getIssuerX500Principal().getName(),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                keyType(certificate.getPublicKey()),
                certificate.getBasicConstraints() >= 0,
                fingerprint(certificate));
    }

    /** Whole days until it expires; negative when it has. */
    public long daysLeft(Instant now) {
        return Math.floorDiv(
                Duration.between(now, notAfter).toSeconds(), Duration.ofDays(1).toSeconds());
    }

    /** One line for a log. */
    @Override
    public String toString() {
        return "subject \"" + subject + "\", names " + names + ", issuer \"" + issuer + "\", " + keyType + ", expires "
                + notAfter + ", sha256 " + fingerprint;
    }

    static List<String> names(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return names.stream()
                .filter(n -> n.get(0).equals(DNS_NAME) || n.get(0).equals(IP_ADDRESS))
                .map(n -> SubjectName.canonical(n.get(1).toString()))
                .toList();
    }

    private static String keyType(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return key.getAlgorithm() + " " + rsa.getModulus().bitLength();
        }
        if (key instanceof ECKey ec) {
            return "EC P-" + ec.getParams().getCurve().getField().getFieldSize();
        }
        return key.getAlgorithm();
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(TlsFiles.sha256().digest(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has its encoding", e);
        }
    }
}
