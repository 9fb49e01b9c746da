package io.wharfgate.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** One key pair for ES256 (RFC 7518, section 3.4). Immutable and thread-safe; equal when the keys are. */
final class SigningKey {

    private final ECKey jwk;
    private final ECDSASigner signer;
    private final ECDSAVerifier verifier;

    private SigningKey(ECKey jwk) throws JOSEException {
        this.jwk = jwk;
        this.signer = new ECDSASigner(jwk);
        this.verifier = new ECDSAVerifier(jwk);
    }

    static SigningKey of(ECKey jwk) throws JOSEException {
        return new SigningKey(jwk);
    }

    /** A key from a file, which anybody may have edited: one whose halves do not belong together would refuse its own tokens. */
    static SigningKey checked(ECKey jwk) throws TokenKeysException {
        if (!Curve.P_256.equals(jwk.getCurve()) || !jwk.isPrivate()) {
            throw new TokenKeysException("has an EC key that is not a private key of P-256");
        }
        if (jwk.getKeyID() == null || jwk.getKeyID().isEmpty() || jwk.getIssueTime() == null) {
            throw new TokenKeysException("has an EC key without kid or without iat, the second at which it was made");
        }
        try {
            SigningKey key = new SigningKey(jwk);
            byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
            JWSHeader header = new JWSHeader(JWSAlgorithm.ES256);
            if (key.verify(header, probe, key.signer.sign(header, probe))) {
                return key;
            }
        } catch (JOSEException | RuntimeException e) {
            // Told below; what the library says may quote the key.
        }
        throw new TokenKeysException("has an EC key whose private and public parts do not belong together");
    }

    /** Its {@code kid}. */
    String id() {
        return jwk.getKeyID();
    }

    Instant made() {
        return jwk.getIssueTime().toInstant();
    }

    ECKey jwk() {
        return jwk;
    }

    ECDSASigner signer() {
        return signer;
    }

    boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
        return verifier.verify(header, signed, signature);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SigningKey key && jwk.equals(key.jwk);
    }

    @Override
    public int hashCode() {
        return id().hashCode();
    }

    @Override
    public String toString() {
        return "key " + id();
    }
}
