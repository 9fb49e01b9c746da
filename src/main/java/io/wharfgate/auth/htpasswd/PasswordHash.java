package io.wharfgate.auth.htpasswd;

import io.wharfgate.auth.StoredPassword;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** A hash that was found well-formed when it was read; {@link HashParser} makes them. */
sealed interface PasswordHash extends StoredPassword permits BcryptHash, Apr1Hash, ShaCryptHash, Sha1Hash {

    /** As it stands in a file, behind the user's name. */
    String text();

    @Override
    default byte[] fingerprint() {
        return text().getBytes(StandardCharsets.US_ASCII);
    }

    /** What to call it before people, with its cost: "bcrypt, cost 10". Equal for hashes that take equally long. */
    String kind();

    /** A hash of the same kind and cost that no password is known for: made of random characters, not of a password. */
    PasswordHash decoy(SecureRandom random);
}
