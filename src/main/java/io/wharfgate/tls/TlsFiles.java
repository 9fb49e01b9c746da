package io.wharfgate.tls;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where a server's certificate chain and key are: two PEM files, or one that holds both (the paths are then equal).
 *
 * @param passphrase of the key, when it is encrypted
 */
public record TlsFiles(Path certificate, Path key, Optional<Secret> passphrase) {

    public static TlsFiles of(Path certificate, Path key) {
        return new TlsFiles(certificate, key, Optional.empty());
    }

    /** One file with chain and key. */
    public static TlsFiles bundle(Path file) {
        return of(file, file);
    }

    /** The files whose change means that a new identity may be there. */
    public List<Path> watched() {
        return certificate.equals(key) ? List.of(certificate) : List.of(certificate, key);
    }

    /**
     * A hash over what the files hold now; a file that cannot be read counts as its error. Contents are compared, not
     * times or inodes: certbot and Kubernetes swap symbolic links, some file systems have one-second times, and a mere
     * {@code touch} is no reason to reload. The files are a few kilobytes, so this is cheap to do every few seconds.
     * Never throws for a file.
     */
    public String fingerprint() {
        MessageDigest digest = sha256();
        for (Path file : watched()) {
            try {
                digest.update(sha256().digest(PemFile.readBytes(file)));
            } catch (TlsMaterialException e) {
                digest.update(e.problem().name().getBytes(StandardCharsets.US_ASCII));
            }
            digest.update((byte) 0);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
