package io.wharfgate.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;

/** Tells whether a public and a private key are one pair. */
final class KeyMatch {

    private static final byte[] PROBE = "do these keys belong together?".getBytes(StandardCharsets.US_ASCII);

    private KeyMatch() {}

    static boolean pair(PublicKey publicKey, PrivateKey privateKey) {
        // An RSA key may sign as RSA or as RSASSA-PSS with parameters of its own; the modulus tells without signing.
        if (publicKey instanceof RSAKey one && privateKey instanceof RSAKey other) {
            return one.getModulus().equals(other.getModulus());
        }
        if (!publicKey.getAlgorithm().equals(privateKey.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature =
                    Signature.getInstance(privateKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA");
            signature.initSign(privateKey);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false; // keys of two curves
        }
    }
}
