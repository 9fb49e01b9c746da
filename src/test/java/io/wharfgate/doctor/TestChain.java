package io.wharfgate.doctor;

import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

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

    /** A server that shows these certificates, whose first is the leaf, in whatever order. */
    SSLContext server(X509Certificate... shown) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new Showing(leafKeys.getPrivate(), shown)}, null, null);
        return context;
    }

    /** Java's own key stores refuse a chain that is out of order. */
    private static final class Showing extends X509ExtendedKeyManager {

        private static final String ALIAS = "server";

        private final PrivateKey key;
        private final X509Certificate[] shown;

        Showing(PrivateKey key, X509Certificate[] shown) {
            this.key = key;
            this.shown = shown.clone();
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return keyType.equals("EC") ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return keyType.equals("EC") ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return shown.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    Path writeRoot(Path file) throws Exception {
        String base64 = Base64.getMimeEncoder().encodeToString(root.getEncoded());
        return Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }
}
