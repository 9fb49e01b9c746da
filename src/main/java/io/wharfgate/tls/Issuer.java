package io.wharfgate.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes certificates as RFC 5280 and today's clients want them: EC P-256, serial of 127 bits and positive (section
 * 4.1.2.2), key identifiers, key usages, names as SANs.
 */
final class Issuer {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** The subject's common name may have 64 characters (RFC 5280, ub-common-name); a DNS name may have 253. */
    private static final int LONGEST_COMMON_NAME = 64;

    private Issuer() {}

    /** A key and the certificate for it. */
    record Issued(PrivateKey key, X509Certificate certificate) {
        @Override
        public String toString() {
            return CertificateSummary.of(certificate).toString();
        }
    }

    /**
     * A CA. Its name ends in a few random digits: clients that trust two CAs of one name may look at the wrong key.
     *
     * @param organization of the subject; empty for none
     */
    static Issued authority(String organization, Instant from, Instant to) {
        byte[] id = new byte[4];
        RANDOM.nextBytes(id);
        X500Name subject = subject("Wharfgate CA " + HexFormat.of().formatHex(id), organization);
        KeyPair keys = newKeys();
        try {
            var builder = builder(subject, subject, keys.getPublic(), from, to);
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(keys.getPublic()));
            return new Issued(keys.getPrivate(), sign(builder, keys.getPrivate()));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a CA certificate: " + e.getMessage(), e);
        }
    }

    /** A server's certificate, signed by the CA. */
    static Issued server(Issued authority, List<SubjectName> names, String organization, Instant from, Instant to) {
        KeyPair keys = newKeys();
        X500Name subject = subject(names.get(0).value(), organization);
        try {
            X500Name issuer = X500Name.getInstance(
                    authority.certificate().getSubjectX500Principal().getEncoded());
            var builder = builder(issuer, subject, keys.getPublic(), from, to);
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, authorityKeyIdentifier(authority.certificate()));
            return new Issued(keys.getPrivate(), sign(builder, authority.key()));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a server certificate: " + e.getMessage(), e);
        }
    }

    /** The issuer's own key identifier, however it was made (RFC 5280, section 4.2.1.1), and nothing more. */
    private static AuthorityKeyIdentifier authorityKeyIdentifier(X509Certificate authority)
            throws IOException, GeneralSecurityException {
        byte[] extension = authority.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        return extension == null
                ? new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority.getPublicKey())
                : new AuthorityKeyIdentifier(
                        SubjectKeyIdentifier.getInstance(JcaX509ExtensionUtils.parseExtensionValue(extension))
                                .getKeyIdentifier());
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant from, Instant to) {
        BigInteger serial = new BigInteger(126, RANDOM).setBit(126);
        return new JcaX509v3CertificateBuilder(issuer, serial, Date.from(from), Date.from(to), subject, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException, IOException {
        // A CA key that somebody brought may be RSA; ours are EC.
        String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        byte[] encoded =
                builder.build(new JcaContentSignerBuilder(algorithm).build(key)).getEncoded();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has EC P-256", e);
        }
    }

    private static X500Name subject(String commonName, String organization) {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        if (!organization.isEmpty()) {
            name.addRDN(BCStyle.O, organization);
        }
        // Nothing reads the common name of a server any more; people do.
        name.addRDN(BCStyle.CN, commonName.length() > LONGEST_COMMON_NAME ? "wharfgate" : commonName);
        return name.build();
    }

    private static GeneralNames alternativeNames(List<SubjectName> names) {
        return new GeneralNames(names.stream()
                .map(n -> new GeneralName(n.isAddress() ? GeneralName.iPAddress : GeneralName.dNSName, n.value()))
                .toArray(GeneralName[]::new));
    }
}
