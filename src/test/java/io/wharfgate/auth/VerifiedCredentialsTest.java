package io.wharfgate.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wharfgate.secret.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VerifiedCredentialsTest {

    private static final FakeUserStore USERS =
            new FakeUserStore().with("stored", "secret").with("other", "secret");
    private static final StoredPassword STORED = USERS.find("stored").orElseThrow();
    private static final StoredPassword OTHER = USERS.find("other").orElseThrow();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final VerifiedCredentials verified = new VerifiedCredentials(10, Duration.ofNanos(100), now::get);

    @Test
    void onlyWhatWasAddedIsKnown() {
        verified.add(tag(1), STORED);
        assertThat(verified.contains(tag(1), STORED)).isTrue();
        assertThat(verified.contains(tag(2), STORED)).isFalse();
    }

    @Test
    void anotherStoredPasswordDropsTheEntry() {
        verified.add(tag(1), STORED);
        assertThat(verified.contains(tag(1), OTHER)).isFalse();
        assertThat(verified.size()).isZero();
    }

    @Test
    void useProlongs() {
        verified.add(tag(1), STORED);
        for (int i = 0; i < 10; i++) {
            now.addAndGet(100);
            assertThat(verified.contains(tag(1), STORED)).isTrue();
        }
        now.addAndGet(101);
        assertThat(verified.contains(tag(1), STORED)).isFalse();
        assertThat(verified.size()).isZero();
    }

    @Test
    void neverMoreThanTheCapacityAndTheLatestAreKept() {
        for (int i = 0; i < 1000; i++) {
            verified.add(tag(i), STORED);
            assertThat(verified.size()).isLessThanOrEqualTo(10);
        }
        for (int i = 996; i < 1000; i++) {
            assertThat(verified.contains(tag(i), STORED)).isTrue();
        }
        assertThat(verified.contains(tag(0), STORED)).isFalse();
    }

    @Test
    void whatIsUsedSurvivesAStreamOfOthers() {
        verified.add(tag(-1), STORED);
        for (int i = 0; i < 1000; i++) {
            verified.add(tag(i), STORED);
            assertThat(verified.contains(tag(-1), STORED)).isTrue();
        }
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VerifiedCredentials(1, Duration.ofMinutes(1), now::get));
        assertThatIllegalArgumentException().isThrownBy(() -> new VerifiedCredentials(10, Duration.ZERO, now::get));
    }

    @Test
    void tagsDependOnKeyNameAndPassword() {
        var random = new SecureRandom();
        var mac = new CredentialMac(random);
        assertThat(mac.tag(credentials("a", "b"))).isEqualTo(mac.tag(credentials("a", "b")));
        assertThat(mac.tag(credentials("a", "bc"))).isNotEqualTo(mac.tag(credentials("ab", "c")));
        assertThat(mac.tag(credentials("a", "b"))).isNotEqualTo(new CredentialMac(random).tag(credentials("a", "b")));
    }

    private static BasicHeader.Credentials credentials(String user, String password) {
        return new BasicHeader.Credentials(user, Secret.of(password));
    }

    private static CredentialMac.Tag tag(long n) {
        return new CredentialMac.Tag(n, 0, 0, 0);
    }
}
