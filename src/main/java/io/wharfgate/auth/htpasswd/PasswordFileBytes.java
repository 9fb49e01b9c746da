package io.wharfgate.auth.htpasswd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a password file whole, within reason, and says plainly why when it cannot. */
final class PasswordFileBytes {

    /** Some 80,000 users. A larger file was named by mistake. */
    static final int LARGEST = 8 * 1024 * 1024;

    private PasswordFileBytes() {}

    static byte[] read(Path file) throws HtpasswdException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A FIFO or a device would be waited for without end.
            throw new HtpasswdException(file + " is not a regular file; name a password file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new HtpasswdException(file + " is larger than " + LARGEST + " bytes; name a password file");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new HtpasswdException(
                    file + " does not exist; make it with 'wharfgate user add NAME --file " + file + "'", e);
        } catch (AccessDeniedException e) {
            throw new HtpasswdException(
                    file + " may not be read by user " + System.getProperty("user.name") + "; change its owner or mode",
                    e);
        } catch (HtpasswdException e) {
            throw e;
        } catch (IOException e) {
            throw new HtpasswdException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
