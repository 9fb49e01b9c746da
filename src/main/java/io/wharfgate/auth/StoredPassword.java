package io.wharfgate.auth;

import io.wharfgate.secret.Secret;

/**
 * What a user store keeps of one password, for example a bcrypt hash. Immutable. Two are equal when they were stored with
 * the same salt and the same result; that tells the cache whether a password was changed. {@code toString} shows no part of it.
 */
public interface StoredPassword {

    /**
     * Whether this was made of that password. May burn CPU for a second or more: never call it on an I/O thread.
     * Every password is answered, however odd; none makes it throw.
     */
    boolean matches(Secret password);

    /**
     * Bytes that are others when the password was stored anew: a new array each time. As secret as what is stored; what
     * leaves the process is at most a MAC of them.
     */
    byte[] fingerprint();
}
