package io.wharfgate.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PEM files as nearly everybody has them, read by the JDK alone: certificates, and a key in PKCS#8 that is not encrypted.
 * BouncyCastle reads all other forms, and says what is wrong with a file; but its signed jars are slow to load and cannot be in
 * an archive of class data, so a start without it takes a good third less.
 */
final class UsualPem {

    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN (CERTIFICATE|PRIVATE KEY)-----\\s*\\n([A-Za-z0-9+/=\\s]{1,500000})-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private UsualPem() {}

    /** Empty when anything in it is not of the usual form, or wrong. */
    static Optional<PemFile> parse(Path path, String text) {
        List<X509Certificate> certificates = new ArrayList<>();
        Optional<Object> key = Optional.empty();
        int found = 0;
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Matcher block = BLOCK.matcher(text); block.find(); found++) {
                byte[] der = Base64.getMimeDecoder().decode(block.group(2));
                if (block.group(1).equals("CERTIFICATE")) {
                    certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
                } else if (key.isEmpty()) {
                    key = Optional.of(key(der));
                }
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            return Optional.empty();
        }
        return found == blocks(text)
                ? Optional.of(new PemFile(path, List.copyOf(certificates), key))
                : Optional.empty();
    }

    private static int blocks(String text) {
        return text.split("-----BEGIN ", -1).length - 1;
    }

    private static PrivateKey key(byte[] der) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // Of another algorithm.
            }
        }
        throw new InvalidKeySpecException("of no usual algorithm");
    }
}
