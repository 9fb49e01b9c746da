package io.wharfgate.tls;

import io.wharfgate.secret.Secret;
import io.wharfgate.tls.TlsMaterialException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** Turns a key as PEM holds it (PKCS#1, PKCS#8, SEC 1, encrypted or not) into one of the JDK's key classes. */
final class PrivateKeyDecoder {

    /** The algorithms that the JDK's TLS can sign with; DSA and DH keys cannot serve TLS 1.3. */
    private static final Set<String> USABLE = Set.of("RSA", "RSASSA-PSS", "EC", "EdDSA");

    private final Path path;
    private final Optional<Secret> passphrase;

    PrivateKeyDecoder(Path path, Optional<Secret> passphrase) {
        this.path = path;
        this.passphrase = passphrase;
    }

    PrivateKey decode(Object encoded) throws TlsMaterialException {
        PrivateKeyInfo info = unlock(encoded);
        PrivateKey key;
        try {
            key = new JcaPEMKeyConverter().getPrivateKey(info);
        } catch (IOException | RuntimeException e) {
            throw unsupported(info.getPrivateKeyAlgorithm().getAlgorithm().getId());
        }
        if (!USABLE.contains(key.getAlgorithm())) {
            throw unsupported(key.getAlgorithm());
        }
        return key;
    }

    private TlsMaterialException unsupported(String algorithm) {
        return new TlsMaterialException(
                Problem.UNSUPPORTED_KEY,
                path,
                "holds a key of a kind that TLS here cannot use (" + algorithm
                        + "); use EC P-256, RSA of at least 2048 bits, or Ed25519");
    }

    // The decryptors get the BouncyCastle provider as an instance: it is not registered (see package-info).
    private PrivateKeyInfo unlock(Object encoded) throws TlsMaterialException {
        try {
            if (encoded instanceof PrivateKeyInfo info) {
                return info;
            } else if (encoded instanceof PEMKeyPair pair) {
                return pair.getPrivateKeyInfo();
            } else if (encoded instanceof PKCS8EncryptedPrivateKeyInfo locked) {
                return locked.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                        .setProvider(new BouncyCastleProvider())
                        .build(password()));
            } else if (encoded instanceof PEMEncryptedKeyPair locked) {
                return locked.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                .setProvider(new BouncyCastleProvider())
                                .build(password()))
                        .getPrivateKeyInfo();
            }
        } catch (IOException | PKCSException | OperatorCreationException | RuntimeException e) {
            // A wrong passphrase shows as bad padding or as nonsense ASN.1; nothing tells it from a damaged file.
            throw new TlsMaterialException(
                    Problem.PASSPHRASE_WRONG,
                    path,
                    "cannot be decrypted: the passphrase is wrong, or the key is damaged; check the passphrase file");
        }
        throw new IllegalArgumentException(
                "no private key: " + encoded.getClass().getName());
    }

    private char[] password() throws TlsMaterialException {
        return passphrase
                .orElseThrow(() -> new TlsMaterialException(
                        Problem.PASSPHRASE_MISSING,
                        path,
                        "holds an encrypted key and no passphrase is configured; name the file with the passphrase,"
                                + " or decrypt the key: openssl pkey -in FILE -out server.key"))
                .reveal()
                .toCharArray();
    }
}
