package io.wharfgate.auth;

/**
 * Somebody who came in.
 *
 * @param identity who he is
 * @param credential by what he came in
 * @param reach what that is good for
 */
public record Login(Identity identity, Credential credential, Reach reach) {

    /** Nobody in particular, without any credentials. */
    public static Login anonymous() {
        return new Login(new Identity.Anonymous(), new Credential.None(), Reach.everything());
    }

    /** A user with his password. */
    public static Login byPassword(String user) {
        return new Login(new Identity.User(user), new Credential.Password(), Reach.everything());
    }
}
