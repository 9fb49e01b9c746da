package io.wharfgate.auth.token;

import com.nimbusds.jwt.JWTClaimsSet;
import io.wharfgate.auth.Scope;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a token says. Immutable.
 *
 * @param user whose it is; empty for the anonymous
 * @param personalToken the id of the personal token that he came in with, if it was one
 * @param passwordProof ties a refresh token to the password that it was issued for
 * @param granted what an access token is good for, as far as the rules still allow it
 * @param notBefore when it begins to be good
 * @param expires when it is good no longer
 * @see <a href="https://distribution.github.io/distribution/spec/auth/jwt/">Token Authentication Implementation</a>
 */
record TokenClaims(
        Optional<String> user,
        Optional<String> personalToken,
        Optional<String> passwordProof,
        List<Scope> granted,
        Instant notBefore,
        Instant expires) {

    private static final String PERSONAL_TOKEN = "personal_token";
    private static final String PASSWORD_PROOF = "password_proof";
    private static final String ACCESS = "access";

    /** Without issuer, audience and id. */
    JWTClaimsSet.Builder claims() {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                // As Docker's token servers write the anonymous.
                .subject(user.orElse(""))
                .issueTime(Date.from(notBefore))
                .notBeforeTime(Date.from(notBefore))
                .expirationTime(Date.from(expires));
        personalToken.ifPresent(id -> claims.claim(PERSONAL_TOKEN, id));
        passwordProof.ifPresent(proof -> claims.claim(PASSWORD_PROOF, proof));
        if (!granted.isEmpty()) {
            claims.claim(ACCESS, granted.stream().map(TokenClaims::access).collect(Collectors.toList()));
        }
        return claims;
    }

    private static Map<String, Object> access(Scope scope) {
        String text = scope.text();
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        Map<String, Object> access = new TreeMap<>();
        access.put("type", text.substring(0, first));
        access.put("name", text.substring(first + 1, last));
        access.put("actions", List.of(text.substring(last + 1).split(",", -1)));
        return access;
    }

    /**
     * Reads the claims of a token whose signature is right.
     *
     * @throws ParseException when something is missing, or is not what it should be
     */
    static TokenClaims of(JWTClaimsSet claims) throws ParseException {
        String subject = claims.getSubject();
        Date notBefore = claims.getNotBeforeTime();
        Date expires = claims.getExpirationTime();
        if (subject == null || notBefore == null || expires == null) {
            throw new ParseException("sub, nbf or exp is missing", 0);
        }
        return new TokenClaims(
                Optional.of(subject).filter(name -> !name.isEmpty()),
                Optional.ofNullable(claims.getStringClaim(PERSONAL_TOKEN)),
                Optional.ofNullable(claims.getStringClaim(PASSWORD_PROOF)),
                granted(claims.getListClaim(ACCESS)),
                notBefore.toInstant(),
                expires.toInstant());
    }

    private static List<Scope> granted(@Nullable List<Object> entries) throws ParseException {
        List<Scope> granted = new ArrayList<>();
        for (Object entry : entries == null ? List.of() : entries) {
            if (!(entry instanceof Map<?, ?> access) || !(access.get("actions") instanceof List<?> actions)) {
                throw new ParseException("access holds something else than type, name and actions", 0);
            }
            String names = actions.stream().map(String::valueOf).collect(Collectors.joining(","));
            Scope scope = Scope.parse(access.get("type") + ":" + access.get("name") + ":" + names);
            if (!(scope instanceof Scope.Unknown)) {
                granted.add(scope);
            }
        }
        return List.copyOf(granted);
    }
}
