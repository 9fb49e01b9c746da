package io.wharfgate.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tokens as text: JWS in its compact form, ES256 and nothing else. Immutable and thread-safe.
 *
 * <p>Of what comes from outside only the header is read before the signature is right, and of it only three members count:
 * {@code alg} and {@code typ}, which have to be what they always are, and {@code kid}, which names one of our keys. A key or a
 * link in a header ({@code jwk}, {@code x5c}, {@code jku}) means nothing.
 */
final class TokenFormat {

    /** Longer ones are refused unread. What {@link TokenIssuer} grants at once stays far below. */
    static final int LONGEST = 8 * 1024;

    /** How far the clocks of two instances may differ, for a token of one that begins in the other's future. */
    private static final Duration EARLY = Duration.ofSeconds(30);

    /** Less of it at the end: clients are told the lifetime, and fetch another in time. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private static final int LONGEST_HEADER = 512;

    private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

    private final String service;
    private final SecureRandom random = new SecureRandom();

    /** @param service issuer and audience in one: who signs here is who takes it */
    TokenFormat(String service) {
        this.service = service;
    }

    /** What came of looking at a token. */
    sealed interface Outcome {

        /** It is one of ours, and good at this time. */
        record Good(TokenClaims claims) implements Outcome {}

        /** It may be one of ours, but nobody here has its key. */
        record UnknownKey() implements Outcome {}

        /**
         * It is none of ours, or not good at this time.
         *
         * @param reason for the log; holds nothing of the token
         */
        record Bad(String reason) implements Outcome {}
    }

    String sign(TokenKind kind, TokenClaims claims, SigningKey key) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(kind.type())
                .keyID(key.id())
                .build();
        JWTClaimsSet set = claims.claims()
                .issuer(service)
                .audience(service)
                .jwtID(Base64URL.encode(id).toString())
                .build();
        SignedJWT token = new SignedJWT(header, set);
        try {
            token.sign(key.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
        return token.serialize();
    }

    Outcome verify(TokenKind kind, String token, KeySet keys, Instant now) {
        if (token.length() > LONGEST || !COMPACT.matcher(token).matches()) {
            return new Outcome.Bad("the token is no JSON Web Token, or too long");
        }
        int first = token.indexOf('.');
        int second = token.lastIndexOf('.');
        if (first > LONGEST_HEADER) {
            return new Outcome.Bad("the token's header is too long");
        }
        try {
            JWSHeader header = JWSHeader.parse(new Base64URL(token.substring(0, first)));
            if (!JWSAlgorithm.ES256.equals(header.getAlgorithm())) {
                return new Outcome.Bad("the token is not signed with ES256");
            }
            if (!kind.type().equals(header.getType())) {
                return new Outcome.Bad("the token is of another type");
            }
            Optional<SigningKey> key = Optional.ofNullable(header.getKeyID()).flatMap(keys::find);
            if (key.isEmpty()) {
                return new Outcome.UnknownKey();
            }
            byte[] signed = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
            if (!key.get().verify(header, signed, new Base64URL(token.substring(second + 1)))) {
                return new Outcome.Bad("the token's signature is wrong");
            }
            String payload = new Base64URL(token.substring(first + 1, second)).decodeToString();
            return check(JWTClaimsSet.parse(payload), now);
        } catch (ParseException | JOSEException | RuntimeException e) {
            // No cause and no message of theirs: they quote what they could not read.
            return new Outcome.Bad("the token cannot be read");
        }
    }

    private Outcome check(JWTClaimsSet set, Instant now) throws ParseException {
        if (!service.equals(set.getIssuer()) || !List.of(service).equals(set.getAudience())) {
            return new Outcome.Bad("the token was issued by or for another service");
        }
        TokenClaims claims = TokenClaims.of(set);
        if (claims.notBefore().isAfter(now.plus(EARLY))) {
            return new Outcome.Bad("the token is not valid yet");
        }
        if (expired(claims, now)) {
            return new Outcome.Bad("the token has expired");
        }
        return new Outcome.Good(claims);
    }

    /** Why it is not good. */
    static String reason(Outcome outcome) {
        return outcome instanceof Outcome.Bad bad
                ? bad.reason()
                : "the token is signed with a key that is not known here";
    }

    static boolean expired(TokenClaims claims, Instant now) {
        return !claims.expires().plus(LATE).isAfter(now);
    }
}
