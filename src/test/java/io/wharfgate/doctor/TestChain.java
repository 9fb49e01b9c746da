package io.wharfgate.doctor;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A root, an intermediate and a leaf, as a public authority has them. */
record TestChain(X509Certificate root, X509Certificate intermediate, X509Certificate leaf, KeyPair leafKeys) {

    /** @param days for which the leaf is valid from yesterday on; negative ones are over */
    static TestChain of(String name, int days) throws Exception {
        KeyPair rootKeys = keys();
        KeyPair middleKeys = keys();
        KeyPair leafKeys = keys();
        X509Certificate root = issue("Root", rootKeys, "Root", rootKeys, true, "", 1000);
        X509Certificate middle = issue("Root", rootKeys, "Intermediate", middleKeys, true, "", 1000);
        X509Certificate leaf = issue("Intermediate", middleKeys, "Leaf", leafKeys, false, name, days);
        return new TestChain(root, middle, leaf, leafKeys);
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate issue(
            String issuer, KeyPair by, String subject, KeyPair keys, boolean authority, String name, int days)
            throws Exception {
        Instant from = Instant.now().minus(Duration.ofDays(100));
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=" + issuer),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(from),
                Date.from(Instant.now().plus(Duration.ofDays(days))),
                new X500Name("CN=" + subject),
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (!name.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
        }
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    /** A server that shows these certificates, whose first is the leaf. */
    SSLContext server(X509Certificate... shown) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", leafKeys.getPrivate(), new char[0], shown);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    Path writeRoot(Path file) throws Exception {
        String base64 = Base64.getMimeEncoder().encodeToString(root.getEncoded());
        return Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }
}
