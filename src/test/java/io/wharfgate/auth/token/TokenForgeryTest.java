package io.wharfgate.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.wharfgate.Fuzz;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.TokenRefused;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that somebody made himself. Each is a good one but for one thing. */
class TokenForgeryTest {

    private TokenFixture fixture;
    private SigningKey key;
    private String good;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        fixture = new TokenFixture(directory);
        key = fixture.keys.current().signer(fixture.clock.instant());
        good = fixture.aliceToken("repository:a:pull");
    }

    private JWTClaimsSet.Builder claims() throws Exception {
        return new JWTClaimsSet.Builder(SignedJWT.parse(good).getJWTClaimsSet());
    }

    private JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(key.id());
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    private static String unsigned(String header, String payload, String signature) {
        return Base64URL.encode(header) + "." + Base64URL.encode(payload) + "." + signature;
    }

    private void refused(String token, String reason) {
        AuthenticationResult result = fixture.show(token);
        assertThat(result).isInstanceOf(TokenRefused.class);
        assertThat(((TokenRefused) result).reason()).contains(reason).doesNotContain(token);
    }

    @Test
    void sameThingMadeWithTheRightKeyIsGood() throws Exception {
        assertThat(fixture.show(signed(header().build(), claims().build(), key.signer())))
                .isInstanceOf(Accepted.class);
    }

    @Test
    void noAlgorithm() throws Exception {
        for (String none : List.of("none", "None", "NONE", "")) {
            String header = "{\"alg\":\"" + none + "\",\"typ\":\"JWT\",\"kid\":\"" + key.id() + "\"}";
            String payload = claims().build().toString();
            refused(unsigned(header, payload, ""), "");
            refused(unsigned(header, payload, "AAAA"), "");
            refused(unsigned(header, payload, good.substring(good.lastIndexOf('.') + 1)), "");
        }
    }

    @Test
    void publicKeyAsSharedSecret() throws Exception {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(JOSEObjectType.JWT)
                .keyID(key.id())
                .build();
        byte[] encoded = key.jwk().toECPublicKey().getEncoded();
        byte[] json = key.jwk().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        refused(signed(header, claims().build(), new MACSigner(encoded)), "ES256");
        refused(signed(header, claims().build(), new MACSigner(json)), "ES256");
    }

    @Test
    void otherAlgorithmsOfTheSameFamily() throws Exception {
        ECKey other = new ECKeyGenerator(Curve.P_384).generate();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES384)
                .type(JOSEObjectType.JWT)
                .keyID(key.id())
                .build();
        refused(signed(header, claims().build(), new ECDSASigner(other)), "ES256");
    }

    @Test
    void otherKeyUnderOurName() throws Exception {
        ECKey other = new ECKeyGenerator(Curve.P_256).generate();
        refused(signed(header().build(), claims().build(), new ECDSASigner(other)), "signature");
    }

    @Test
    void otherKeyThatTheTokenBringsAlong() throws Exception {
        ECKey other = new ECKeyGenerator(Curve.P_256).keyID("mine").generate();
        JWSHeader header = header().jwk(other.toPublicJWK()).build();
        refused(signed(header, claims().build(), new ECDSASigner(other)), "signature");
        refused(
                signed(
                        header().keyID("mine").jwk(other.toPublicJWK()).build(),
                        claims().build(),
                        new ECDSASigner(other)),
                "not known");
    }

    @Test
    void unknownKeyAndNone() throws Exception {
        refused(signed(header().keyID("other").build(), claims().build(), key.signer()), "not known");
        refused(signed(header().keyID(null).build(), claims().build(), key.signer()), "not known");
    }

    @Test
    void headerThatDemandsWhatNobodyKnows() throws Exception {
        JWSHeader header = header().criticalParams(Set.of("exotic"))
                .customParam("exotic", true)
                .build();
        refused(signed(header, claims().build(), key.signer()), "");
    }

    @Test
    void tamperedScope() {
        String[] parts = good.split("\\.", -1);
        String payload = new Base64URL(parts[1]).decodeToString().replace("\"pull\"", "\"push\"");
        refused(parts[0] + "." + Base64URL.encode(payload) + "." + parts[2], "signature");
    }

    @Test
    void signatureOfZeros() {
        String zeros = Base64URL.encode(new byte[64]).toString();
        refused(good.substring(0, good.lastIndexOf('.') + 1) + zeros, "");
    }

    @Test
    void otherType() throws Exception {
        refused(signed(header().type(TokenKind.REFRESH.type()).build(), claims().build(), key.signer()), "type");
        refused(signed(header().type(null).build(), claims().build(), key.signer()), "type");
        assertThat(fixture.redeem(good)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void otherAudienceOrIssuer() throws Exception {
        refused(signed(header().build(), claims().audience("other").build(), key.signer()), "another service");
        refused(
                signed(
                        header().build(),
                        claims().audience(List.of(TokenFixture.SERVICE, "other"))
                                .build(),
                        key.signer()),
                "another service");
        refused(signed(header().build(), claims().audience((String) null).build(), key.signer()), "another service");
        refused(signed(header().build(), claims().issuer("other").build(), key.signer()), "another service");
    }

    @Test
    void tokenOfAServiceThatSharesTheKeys(@TempDir Path directory) throws Exception {
        TokenFixture other = new TokenFixture(directory, "other.example.com");
        java.nio.file.Files.write(other.file, fixture.keys.current().json());
        other.keys.reload();
        refused(other.aliceToken("repository:a:pull"), "another service");
    }

    @Test
    void expiredNotYetValidAndWithoutEnd() throws Exception {
        Date past = Date.from(fixture.clock.instant().minusSeconds(40));
        Date future = Date.from(fixture.clock.instant().plusSeconds(40));
        refused(signed(header().build(), claims().expirationTime(past).build(), key.signer()), "expired");
        refused(signed(header().build(), claims().notBeforeTime(future).build(), key.signer()), "not valid yet");
        refused(signed(header().build(), claims().expirationTime(null).build(), key.signer()), "");
        refused(signed(header().build(), claims().notBeforeTime(null).build(), key.signer()), "");
        refused(signed(header().build(), claims().subject(null).build(), key.signer()), "");
    }

    @Test
    void claimsOfOtherTypes() throws Exception {
        refused(signed(header().build(), claims().claim("access", "all").build(), key.signer()), "");
        refused(signed(header().build(), claims().claim("access", List.of(1)).build(), key.signer()), "");
        refused(signed(header().build(), claims().claim("personal_token", 1).build(), key.signer()), "");
        refused(signed(header().build(), claims().claim("exp", "never").build(), key.signer()), "");
    }

    @Test
    void tooLong() throws Exception {
        String padding = "a".repeat(TokenFormat.LONGEST);
        refused(signed(header().build(), claims().claim("pad", padding).build(), key.signer()), "too long");
        refused(
                signed(header().customParam("pad", "a".repeat(600)).build(), claims().build(), key.signer()),
                "too long");
    }

    @Test
    void everySingleChangeOfACharacterIsNoticed() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+ \u00e9";
        Fuzz.rounds(400, random -> {
            // The last character carries bits that do not count.
            int at = random.nextInt(good.length() - 1);
            char other = alphabet.charAt(random.nextInt(alphabet.length()));
            if (other != good.charAt(at)) {
                String changed = good.substring(0, at) + other + good.substring(at + 1);
                assertThat(fixture.show(changed)).as(changed).isInstanceOf(TokenRefused.class);
            }
        });
    }

    @Test
    void nothingMakesItFail() {
        Fuzz.rounds(1000, random -> {
            StringBuilder text = new StringBuilder();
            for (int part = random.nextInt(5); part >= 0; part--) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                text.append(Base64URL.encode(
                                random.nextBoolean() ? bytes : "{\"alg\":\"ES256\"".getBytes(StandardCharsets.UTF_8)))
                        .append(part > 0 ? "." : "");
            }
            assertThat(fixture.show(text.toString())).isInstanceOf(TokenRefused.class);
        });
    }
}
