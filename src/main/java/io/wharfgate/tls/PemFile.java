package io.wharfgate.tls;

import io.wharfgate.secret.Secret;
import io.wharfgate.tls.TlsMaterialException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.X509TrustedCertificateBlock;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/**
 * What one PEM file holds: its certificates in the file's order, and its first private key, for {@link PrivateKeyDecoder}.
 * Text between the blocks and blocks of other kinds (EC PARAMETERS, DH PARAMETERS) are skipped.
 */
record PemFile(Path path, List<X509Certificate> certificates, Optional<Object> encodedKey) {

    /** Far above any chain with its key; keeps a mistyped path to a disk image from being read into memory. */
    private static final int MAX_SIZE = 1 << 20;

    static PemFile read(Path path) throws TlsMaterialException {
        byte[] bytes = readBytes(path);
        if (bytes.length == 0) {
            throw new TlsMaterialException(
                    Problem.EMPTY, path, "is empty; write the PEM text into it, or name another file");
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains("-----BEGIN ")) {
            throw new TlsMaterialException(Problem.NOT_PEM, path, notPem(bytes));
        }
        // A byte order mark before the first block, and two files joined where the first lacked its last line end
        // ("-----END CERTIFICATE----------BEGIN CERTIFICATE-----"), hide blocks from the parser.
        String blocks = text.substring(text.indexOf("-----BEGIN "));
        String apart = blocks.replace("----------BEGIN ", "-----\n-----BEGIN ");
        Optional<PemFile> usual = UsualPem.parse(path, apart);
        return usual.isPresent() ? usual.get() : parse(path, apart);
    }

    /**
     * The private key, decoded; empty when the file holds none. {@link PrivateKeyDecoder} is named in the one branch that needs
     * it: when Java links that class it loads BouncyCastle, for the exceptions that it catches, and checks the signatures of its
     * jars, which takes a fifth of a start.
     */
    Optional<PrivateKey> key(Optional<Secret> passphrase) throws TlsMaterialException {
        if (encodedKey.isEmpty()) {
            return Optional.empty();
        }
        Object encoded = encodedKey.get();
        return Optional.of(
                encoded instanceof PrivateKey decoded
                        ? decoded
                        : new PrivateKeyDecoder(path, passphrase).decode(encoded));
    }

    /** The bytes of a file that an operator named, or the plain reason why not. */
    static byte[] readBytes(Path path) throws TlsMaterialException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new TlsMaterialException(
                        Problem.NOT_PEM, path, "is larger than 1 MiB, so it is no PEM file; name another file");
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    static TlsMaterialException unreadable(Path path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new TlsMaterialException(
                    Problem.MISSING, path, "does not exist; create it, or name another file", e);
        }
        String user = System.getProperty("user.name", "the service's user");
        if (e instanceof AccessDeniedException) {
            return new TlsMaterialException(
                    Problem.UNREADABLE,
                    path,
                    "may not be read by user '" + user + "'; let that user read it and enter every directory above it"
                            + " (for example: chgrp " + user + " FILE; chmod 640 FILE)",
                    e);
        }
        if (Files.isDirectory(path)) {
            return new TlsMaterialException(Problem.UNREADABLE, path, "is a directory; name the PEM file inside it", e);
        }
        return new TlsMaterialException(Problem.UNREADABLE, path, "cannot be read: " + e.getMessage(), e);
    }

    private static String notPem(byte[] bytes) {
        // 0x30 is an ASN.1 SEQUENCE (DER, PKCS#12); 0xFEEDFEED starts a Java key store.
        int first = bytes[0] & 0xff;
        return first == 0x30 || first == 0xfe
                ? "is binary (DER, PKCS#12 or a Java key store), not PEM; convert it, for example:"
                        + " openssl pkcs12 -in FILE -out server.pem, or: openssl x509 -inform der -in FILE -out server.crt"
                : "is not PEM: no '-----BEGIN ...-----' line in it; name a file with a PEM certificate or key";
    }

    private static PemFile parse(Path path, String text) throws TlsMaterialException {
        List<X509Certificate> certificates = new ArrayList<>();
        Optional<Object> key = Optional.empty();
        // PEMParser throws unchecked exceptions too: DecoderException on bad base64, IllegalArgumentException on bad
        // ASN.1. Their messages may quote the input, so they are not repeated.
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder holder) {
                    certificates.add(certificate(factory, holder));
                } else if (object instanceof X509TrustedCertificateBlock trusted) {
                    certificates.add(certificate(factory, trusted.getCertificateHolder()));
                } else if (isKey(object) && key.isEmpty()) {
                    key = Optional.of(object);
                }
            }
        } catch (IOException | CertificateException | RuntimeException e) {
            throw new TlsMaterialException(
                    Problem.DAMAGED,
                    path,
                    "is damaged: a PEM block breaks off or does not decode; it may have been cut short while being"
                            + " copied, so copy it again");
        }
        return new PemFile(path, List.copyOf(certificates), key);
    }

    private static X509Certificate certificate(CertificateFactory factory, X509CertificateHolder holder)
            throws IOException, CertificateException {
        return (X509Certificate) factory.generateCertificate(new java.io.ByteArrayInputStream(holder.getEncoded()));
    }

    private static boolean isKey(Object object) {
        return object instanceof PrivateKeyInfo
                || object instanceof PEMKeyPair
                || object instanceof PEMEncryptedKeyPair
                || object instanceof PKCS8EncryptedPrivateKeyInfo;
    }

    @Override
    public String toString() {
        return path + " (" + certificates.size() + " certificates" + (encodedKey.isPresent() ? ", a key)" : ")");
    }
}
