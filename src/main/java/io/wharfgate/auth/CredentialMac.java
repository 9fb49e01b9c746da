package io.wharfgate.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 under a random key that lives as long as the process: lets a credential be recognised without being kept.
 * A dump of the cache is worth nothing without the key, and nothing after a restart. Safe for use by any thread.
 */
final class CredentialMac {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** Of the threads that check credentials, which live as long as the service: finding and keying one costs more than its use. */
    private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::newMac);

    CredentialMac(SecureRandom random) {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** The 256 bits of a tag. Longs rather than an array, so that equals and hashCode are those of the value. */
    record Tag(long a, long b, long c, long d) {}

    /** The tag of a user name and a password. NUL parts them, which neither may contain. */
    Tag tag(BasicHeader.Credentials credentials) {
        return tag(mac(credentials.user() + '\0' + credentials.password().reveal()));
    }

    /** The tag of a user name alone: of one length, however long the name is. */
    Tag tag(String user) {
        return tag(mac(user));
    }

    /** A number that depends on the user name alone, and that nobody outside can tell. */
    int choice(String user) {
        return mac(user).getInt();
    }

    private static Tag tag(ByteBuffer mac) {
        return new Tag(mac.getLong(), mac.getLong(), mac.getLong(), mac.getLong());
    }

    private ByteBuffer mac(String text) {
        return ByteBuffer.wrap(macs.get().doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Mac newMac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
