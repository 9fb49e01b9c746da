package io.wharfgate.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.token.VerifiedTokens.Fingerprint;
import io.wharfgate.auth.token.VerifiedTokens.Verified;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

    private static final Verified VERIFIED = new Verified(
            new TokenClaims(
                    Optional.of("alice"), Optional.empty(), Optional.empty(), List.of(), Instant.EPOCH, Instant.EPOCH),
            new GrantedReach(List.of()));

    private final KeySet keys = KeySet.generate(Instant.EPOCH);
    private final VerifiedTokens tokens = new VerifiedTokens(10, keys);

    private static Fingerprint token(int number) {
        return Fingerprint.of("token " + number);
    }

    @Test
    void sizeIsBoundedAndWhatIsUsedStays() {
        tokens.add(token(0), VERIFIED, keys);
        for (int i = 1; i < 1000; i++) {
            tokens.add(token(i), VERIFIED, keys);
            assertThat(tokens.find(token(0), keys)).isPresent();
            assertThat(tokens.size()).isLessThanOrEqualTo(10);
        }
        assertThat(tokens.find(token(1), keys)).isEmpty();
        assertThat(tokens.find(token(999), keys)).isPresent();
    }

    @Test
    void otherKeysForgetEverything() {
        tokens.add(token(0), VERIFIED, keys);
        KeySet others = KeySet.generate(Instant.EPOCH);
        assertThat(tokens.find(token(0), others)).isEmpty();
        tokens.add(token(1), VERIFIED, others);
        assertThat(tokens.find(token(0), keys)).isEmpty();
        assertThat(tokens.find(token(1), others)).isPresent();
    }

    @Test
    void removedIsForgotten() {
        tokens.add(token(0), VERIFIED, keys);
        tokens.remove(token(0));
        assertThat(tokens.find(token(0), keys)).isEmpty();
    }
}
