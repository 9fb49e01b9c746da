package io.wharfgate.tls;

import io.wharfgate.tls.TlsMaterialException.Problem;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** Reads the certificates of a PEM file without caring for a key. */
public final class CertificateFile {

    private CertificateFile() {}

    /**
     * At least one certificate, in the file's order.
     *
     * @throws TlsMaterialException when the file cannot be read or holds none
     */
    public static List<X509Certificate> read(Path file) throws TlsMaterialException {
        PemFile pem = PemFile.read(file);
        if (pem.certificates().isEmpty()) {
            throw new TlsMaterialException(
                    Problem.NO_CERTIFICATE,
                    file,
                    pem.encodedKey().isPresent()
                            ? "holds a private key and no certificate; name the certificate's file, and keep the key to"
                                    + " the server"
                            : "holds no certificate ('-----BEGIN CERTIFICATE-----'); name a file that does");
        }
        return pem.certificates();
    }
}
