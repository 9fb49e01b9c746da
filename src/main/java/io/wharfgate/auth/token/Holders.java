package io.wharfgate.auth.token;

import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.PersonalTokenReach;
import io.wharfgate.auth.Reach;
import io.wharfgate.auth.StoredPassword;
import io.wharfgate.auth.UserStore;
import io.wharfgate.oci.VisibleText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Those whom tokens were issued to, as they are now: a token says who somebody was, and he may be gone since. Thread-safe, and
 * fast: asked for each request.
 */
final class Holders {

    private static final String ALGORITHM = "HmacSHA256";

    private final UserStore users;
    private final PersonalTokenReach personalTokens;

    Holders(UserStore users, PersonalTokenReach personalTokens) {
        this.users = users;
        this.personalTokens = personalTokens;
    }

    /** Either a login, or why there is none any more. */
    record Found(Optional<Login> login, String reason) {

        private static Found login(Identity identity, Credential credential, Reach reach) {
            return new Found(Optional.of(new Login(identity, credential, reach)), "");
        }

        private static Found none(String reason) {
            return new Found(Optional.empty(), reason);
        }
    }

    /** Who it is, by what he came in when the token was issued, and how far that reaches now. */
    Found find(TokenClaims claims) {
        if (claims.user().isEmpty()) {
            return Found.login(new Identity.Anonymous(), new Credential.None(), Reach.everything());
        }
        String user = claims.user().get();
        if (users.current().find(user).isEmpty()) {
            return Found.none("there is no user " + VisibleText.quote(user) + " any more");
        }
        Identity identity = new Identity.User(user);
        if (claims.personalToken().isEmpty()) {
            return Found.login(identity, new Credential.Password(), Reach.everything());
        }
        String id = claims.personalToken().get();
        return personalTokens
                .reach(id, user)
                .map(reach -> Found.login(identity, new Credential.PersonalToken(id), reach))
                .orElseGet(() -> Found.none("the personal token " + VisibleText.quote(id) + " has ended"));
    }

    /** What a refresh token has to carry while this user has the password that he has now. */
    Optional<String> passwordProof(String user, KeySet keys) {
        return users.current().find(user).map(stored -> proof(user, stored, keys.secret()));
    }

    boolean provesPassword(TokenClaims claims, KeySet keys) {
        Optional<String> now = claims.user().flatMap(user -> passwordProof(user, keys));
        return now.isPresent()
                && claims.passwordProof().isPresent()
                && MessageDigest.isEqual(
                        bytes(now.get()), bytes(claims.passwordProof().get()));
    }

    private static String proof(String user, StoredPassword stored, byte[] secret) {
        byte[] name = bytes(user);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
            mac.update(name);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(stored.fingerprint()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
