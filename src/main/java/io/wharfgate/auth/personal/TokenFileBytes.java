package io.wharfgate.auth.personal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads a file of tokens whole, within reason, and says plainly why when it cannot. */
final class TokenFileBytes {

    /** Some 20,000 tokens. A larger file was named by mistake. */
    static final int LARGEST = 8 * 1024 * 1024;

    private TokenFileBytes() {}

    /** The tokens of a file; none if there is no such file. */
    static List<PersonalToken> read(Path file) throws TokenFileException {
        try {
            return TokensJson.read(bytes(file));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (TokensJson.Mistake e) {
            throw new TokenFileException(file + " is no file of personal tokens: " + e.getMessage()
                    + "; correct it, or take one that 'wharfgate token' wrote");
        } catch (AccessDeniedException e) {
            throw new TokenFileException(
                    file + " may not be read by user " + System.getProperty("user.name") + "; change its owner or mode",
                    e);
        } catch (TokenFileException e) {
            throw e;
        } catch (IOException e) {
            throw new TokenFileException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A FIFO or a device would be waited for without end.
            throw new TokenFileException(file + " is not a regular file; name a file of personal tokens");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new TokenFileException(
                        file + " is larger than " + LARGEST + " bytes; name a file of personal tokens");
            }
            return bytes;
        }
    }
}
