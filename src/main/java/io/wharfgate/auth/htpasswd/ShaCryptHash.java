package io.wharfgate.auth.htpasswd;

import io.wharfgate.secret.Secret;
import java.security.SecureRandom;
import org.apache.commons.codec.digest.Sha2Crypt;

/**
 * SHA-crypt, of {@code htpasswd -2} and {@code -5}, {@code openssl passwd} and /etc/shadow: {@code $6$rounds=n$salt$hash}.
 *
 * @param variant SHA-256 or SHA-512
 * @param rounds how often it hashes; 5000 where the text has no {@code rounds=}
 * @param text all of it
 * @see <a href="https://www.akkadia.org/drepper/SHA-crypt.txt">Unix crypt using SHA-256 and SHA-512</a>
 */
record ShaCryptHash(Variant variant, int rounds, String text) implements PasswordHash {

    static final int DEFAULT_ROUNDS = 5000;

    /** Implementations raise a smaller number to this one, so such a hash has never matched anywhere. */
    static final int FEWEST_ROUNDS = 1000;

    /** Takes some seconds, like the highest cost of bcrypt; and more than this commons-codec refuses to compute. */
    static final int MOST_ROUNDS = 1_000_000;

    enum Variant {
        SHA256("$5$", 43),
        SHA512("$6$", 86);

        private final String prefix;
        private final int hashLength;

        Variant(String prefix, int hashLength) {
            this.prefix = prefix;
            this.hashLength = hashLength;
        }
    }

    @Override
    public boolean matches(Secret password) {
        // The key is a copy: commons-codec overwrites it.
        byte[] key = CryptText.bytes(password.reveal());
        String computed =
                variant == Variant.SHA256 ? Sha2Crypt.sha256Crypt(key, text) : Sha2Crypt.sha512Crypt(key, text);
        return CryptText.equal(computed, text) && !CryptText.tooLong(password.reveal());
    }

    @Override
    public String kind() {
        return (variant == Variant.SHA256 ? "SHA-256-crypt, " : "SHA-512-crypt, ") + rounds + " rounds";
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        String salt = "rounds=" + rounds + "$" + CryptText.random(random, 16);
        return new ShaCryptHash(
                variant, rounds, variant.prefix + salt + "$" + CryptText.random(random, variant.hashLength));
    }

    @Override
    public String toString() {
        return kind();
    }
}
