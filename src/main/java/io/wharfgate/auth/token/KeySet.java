package io.wharfgate.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys at one moment: those that sign and verify tokens, newest first, and the secret that ties refresh tokens to passwords.
 * Immutable. Shows no key in {@code toString}.
 */
final class KeySet {

    /**
     * A new key signs nothing before all instances that share the file have surely read it; until then the key before it
     * does. Of two instances that rotate at the same time, neither then has tokens out that nobody can verify.
     */
    static final Duration SETTLING = Duration.ofMinutes(1);

    private static final int FEWEST_SECRET_BITS = 256;

    private final List<SigningKey> signing;
    private final OctetSequenceKey secret;

    private KeySet(List<SigningKey> signing, OctetSequenceKey secret) {
        this.signing = signing.stream()
                .sorted(Comparator.comparing(SigningKey::made).reversed())
                .toList();
        this.secret = secret;
    }

    /** Fresh keys. */
    static KeySet generate(Instant now) {
        try {
            OctetSequenceKey secret = new OctetSequenceKeyGenerator(FEWEST_SECRET_BITS)
                    .keyID("passwords")
                    .algorithm(JWSAlgorithm.HS256)
                    .issueTime(Date.from(now.truncatedTo(ChronoUnit.SECONDS)))
                    .generate();
            return new KeySet(List.of(newKey(now)), secret);
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java has P-256 and HmacSHA256", e);
        }
    }

    /** To the second, which is all that the file keeps: what was made and what is read are equal then. */
    private static SigningKey newKey(Instant now) throws JOSEException {
        return SigningKey.of(new ECKeyGenerator(Curve.P_256)
                .keyIDFromThumbprint(true)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .issueTime(Date.from(now.truncatedTo(ChronoUnit.SECONDS)))
                .generate());
    }

    /**
     * Reads a JSON Web Key Set (RFC 7517, section 5).
     *
     * @throws TokenKeysException when it is none, or not one of our making; the message is to stand behind the file's name
     */
    static KeySet parse(byte[] json) throws TokenKeysException {
        List<JWK> keys;
        try {
            keys = JWKSet.parse(new String(json, StandardCharsets.UTF_8)).getKeys();
        } catch (ParseException | RuntimeException e) {
            // The parser's own message may quote what it could not read: a key. So it is no cause either.
            throw new TokenKeysException("is not a JSON Web Key Set");
        }
        List<SigningKey> signing = new ArrayList<>();
        List<OctetSequenceKey> secrets = new ArrayList<>();
        for (JWK key : keys) {
            if (key instanceof ECKey ec) {
                signing.add(SigningKey.checked(ec));
            } else if (key instanceof OctetSequenceKey oct && oct.size() >= FEWEST_SECRET_BITS) {
                secrets.add(oct);
            } else {
                throw new TokenKeysException("has a key that is neither EC nor oct of at least 256 bits");
            }
        }
        if (signing.isEmpty() || secrets.size() != 1) {
            throw new TokenKeysException("needs at least one EC key, and exactly one oct key");
        }
        if (signing.stream().map(SigningKey::id).distinct().count() != signing.size()) {
            throw new TokenKeysException("has two keys of the same kid");
        }
        return new KeySet(signing, secrets.get(0));
    }

    byte[] json() {
        List<JWK> keys = Stream.concat(signing.stream().map(SigningKey::jwk), Stream.of((JWK) secret))
                .toList();
        return (new JWKSet(keys).toString(false) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The key that signs: the newest that is known everywhere; of new ones alone, the oldest. */
    SigningKey signer(Instant now) {
        return signing.stream()
                .filter(key -> !key.made().plus(SETTLING).isAfter(now))
                .findFirst()
                .orElse(signing.get(signing.size() - 1));
    }

    /** The key of that name. */
    Optional<SigningKey> find(String id) {
        return signing.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** When the newest key was made. */
    Instant newest() {
        return signing.get(0).made();
    }

    int size() {
        return signing.size();
    }

    byte[] secret() {
        return secret.toByteArray();
    }

    /**
     * With one key more, and without those whose last tokens have expired.
     *
     * @param longest how long a token of any kind may be good
     */
    KeySet rotated(Instant now, Duration longest) {
        try {
            List<SigningKey> kept = new ArrayList<>();
            kept.add(newKey(now));
            for (int i = 0; i < signing.size(); i++) {
                // A key signs until the one after it has settled.
                boolean needed = i == 0
                        || signing.get(i - 1)
                                .made()
                                .plus(SETTLING)
                                .plus(longest)
                                .plus(SETTLING)
                                .isAfter(now);
                if (needed) {
                    kept.add(signing.get(i));
                }
            }
            return new KeySet(kept, secret);
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }

    boolean sameAs(KeySet other) {
        return signing.equals(other.signing) && secret.equals(other.secret);
    }

    @Override
    public String toString() {
        return signing.size() + " keys";
    }
}
