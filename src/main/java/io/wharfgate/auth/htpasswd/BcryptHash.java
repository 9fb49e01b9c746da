package io.wharfgate.auth.htpasswd;

import io.wharfgate.secret.Secret;
import java.security.SecureRandom;
import org.mindrot.jbcrypt.BCrypt;

/**
 * bcrypt: {@code $2y$10$} with 22 characters of salt and 31 of hash. It uses the first 72 bytes of a password, as
 * {@code htpasswd -B} does.
 *
 * @param cost the power of two of its rounds
 * @param saltAndHash the 53 characters after the cost
 */
record BcryptHash(int cost, String saltAndHash) implements PasswordHash {

    /** The longest time that one check may take: some seconds. jBCrypt itself would go on to 30, which is hours. */
    static final int HIGHEST_COST = 16;

    /** The part of a password, in bytes of UTF-8, that counts. */
    static final int SIGNIFICANT_BYTES = 72;

    private static final int SALT_AND_HASH = 53;

    /** Hashes a password, with a fresh salt. Takes about 0.1 s at cost 10, and twice as long for each one more. */
    static BcryptHash of(Secret password, int cost, SecureRandom random) {
        String hash = BCrypt.hashpw(password.reveal(), BCrypt.gensalt(cost, random));
        return new BcryptHash(cost, hash.substring(hash.length() - SALT_AND_HASH));
    }

    /** {@code $2y$} is what Apache writes, and what every other reader of such files knows. */
    @Override
    public String text() {
        return String.format("$2y$%02d$%s", cost, saltAndHash);
    }

    @Override
    public boolean matches(Secret password) {
        String text = password.reveal();
        if (text.indexOf('\0') >= 0) {
            // bcrypt ends a password with NUL and repeats it: the hash of "ab" would accept "ab\0ab".
            return false;
        }
        // jBCrypt knows $2a$ alone; $2a$, $2b$ and $2y$ differ in old bugs of other implementations only.
        return BCrypt.checkpw(text, String.format("$2a$%02d$%s", cost, saltAndHash));
    }

    @Override
    public String kind() {
        return "bcrypt, cost " + cost;
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        return new BcryptHash(cost, CryptText.random(random, SALT_AND_HASH));
    }

    @Override
    public String toString() {
        return kind();
    }
}
