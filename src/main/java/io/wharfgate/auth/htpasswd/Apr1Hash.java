package io.wharfgate.auth.htpasswd;

import io.wharfgate.secret.Secret;
import java.security.SecureRandom;
import org.apache.commons.codec.digest.Md5Crypt;

/**
 * Apache's variant of MD5-crypt, what {@code htpasswd} writes by default: {@code $apr1$salt$hash}, always 1000 rounds.
 *
 * @param text all of it
 */
record Apr1Hash(String text) implements PasswordHash {

    @Override
    public boolean matches(Secret password) {
        String computed = Md5Crypt.apr1Crypt(CryptText.bytes(password.reveal()), text);
        return CryptText.equal(computed, text) && !CryptText.tooLong(password.reveal());
    }

    @Override
    public String kind() {
        return "apr1 (MD5)";
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        return new Apr1Hash("$apr1$" + CryptText.random(random, 8) + "$" + CryptText.random(random, 22));
    }

    @Override
    public String toString() {
        return kind();
    }
}
