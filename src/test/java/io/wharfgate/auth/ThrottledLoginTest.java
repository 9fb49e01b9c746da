package io.wharfgate.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.Overloaded;
import io.wharfgate.auth.AuthenticationResult.Rejected;
import io.wharfgate.auth.AuthenticationResult.Throttled;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The throttle where it works: before password checks, and behind what is known already. */
class ThrottledLoginTest {

    private static final CheckLimits LIMITS = new CheckLimits(2, 64, 64, Duration.ofSeconds(10), Duration.ofSeconds(7));
    private static final Login ROBOT =
            new Login(new Identity.User("alice"), new Credential.PersonalToken("k7q2m9xw"), Reach.everything());

    private final FakeUserStore store =
            new FakeUserStore().with("alice", "secret").with("bob", "hidden");
    private final AtomicLong now = new AtomicLong();
    private final BasicAuthenticator authenticator = new BasicAuthenticator(
            store,
            ThrottledLoginTest::token,
            LIMITS,
            new BasicAuthenticator.Memory(100, Duration.ofMinutes(5)),
            Throttle.standard(now::get),
            now::get);

    private InetAddress here = InetAddress.getLoopbackAddress();
    private InetAddress elsewhere = here;

    private static PasswordTokens.Answer token(String user, Secret password) {
        return switch (password.reveal()) {
            case "good token" -> new PasswordTokens.Answer.Good(ROBOT);
            case "dead token" -> new PasswordTokens.Answer.Dead("expired");
            case "unknown token 1", "unknown token 2" -> new PasswordTokens.Answer.Unknown("unknown");
            default -> new PasswordTokens.Answer.NoToken();
        };
    }

    @BeforeEach
    void addresses() throws Exception {
        here = InetAddress.getByName("192.0.2.1");
        elsewhere = InetAddress.getByName("192.0.2.2");
    }

    @AfterEach
    void close() {
        store.release();
        authenticator.close();
    }

    @Test
    void afterSomeGuessesNoMoreHashesAreComputed() throws Exception {
        guessFiveTimes();
        assertThat(start("alice", "guess", here)).isCompletedWithValueMatching(ThrottledLoginTest::isThrottled);
        assertThat(store.checked()).hasSize(5);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(login("alice", "guess", here)).isInstanceOf(Rejected.class);
        assertThat(store.checked()).hasSize(6);
    }

    @Test
    void theRightPasswordFromElsewhereIsLetIn() throws Exception {
        guessFiveTimes();
        assertThat(login("alice", "secret", elsewhere)).isInstanceOf(Accepted.class);
        assertThat(login("bob", "hidden", here)).isInstanceOf(Accepted.class);
    }

    @Test
    void whoIsRememberedIsLetInWhereverHeIs() throws Exception {
        login("alice", "secret", elsewhere);
        guessFiveTimes();
        assertThat(start("alice", "secret", here)).isCompletedWithValueMatching(Accepted.class::isInstance);
    }

    @Test
    void aSuccessForgives() throws Exception {
        for (int guess = 0; guess < 4; guess++) {
            assertThat(login("alice", "guess" + guess, here)).isInstanceOf(Rejected.class);
        }
        assertThat(login("alice", "secret", here)).isInstanceOf(Accepted.class);
        guessFiveTimes();
    }

    @Test
    void guessesThatAreAllSentBeforeTheFirstOneFailsAreNotAllLookedAt() throws Exception {
        store.hold();
        List<CompletableFuture<AuthenticationResult>> guesses = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            guesses.add(start("alice", "guess" + i, here));
        }
        store.release();
        List<AuthenticationResult> results = new ArrayList<>();
        for (var guess : guesses) {
            results.add(guess.get(10, TimeUnit.SECONDS));
        }
        assertThat(results).filteredOn(Rejected.class::isInstance).hasSize(5);
        assertThat(results).filteredOn(ThrottledLoginTest::isThrottled).hasSize(55);
        assertThat(store.checked()).hasSize(5);
    }

    @Test
    void manyEqualLoginsAtOnceAreOne() throws Exception {
        store.hold();
        List<CompletableFuture<AuthenticationResult>> logins = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            logins.add(start("alice", "secret", i % 2 == 0 ? here : elsewhere));
        }
        store.release();
        for (var login : logins) {
            assertThat(login.get(10, TimeUnit.SECONDS)).isInstanceOf(Accepted.class);
        }
        assertThat(store.checked()).hasSize(1);
    }

    @Test
    void aRobotWithAnOldPasswordDoesNotKeepThoseOutWhoShareItsNameAndAddress() throws Exception {
        int throttled = 0;
        for (int i = 0; i < 50; i++) {
            throttled += isThrottled(login("alice", "old", here)) ? 1 : 0;
        }
        assertThat(throttled).isEqualTo(40);
        assertThat(login("alice", "secret", here)).isInstanceOf(Accepted.class);
    }

    @Test
    void whatWasTurnedAwayUncheckedIsNoFailure() throws Exception {
        authenticator.close();
        for (int i = 0; i < 20; i++) {
            assertThat(login("alice", "guess" + i, here)).isInstanceOf(Overloaded.class);
        }
    }

    @Test
    void aBrokenCheckIsNoFailure() {
        for (int i = 0; i < 20; i++) {
            assertThat(start("alice", "break", here)).failsWithin(Duration.ofSeconds(10));
        }
        assertThat(store.checked()).hasSize(20);
    }

    @Test
    void aGoodTokenIsLetInWhateverWasGuessed() throws Exception {
        guessFiveTimes();
        assertThat(start("alice", "good token", here)).isCompletedWithValue(new Accepted(ROBOT));
    }

    @Test
    void aTokenOfNoUserIsRefused() throws Exception {
        assertThat(login("carol", "good token", here)).isInstanceOf(Rejected.class);
    }

    @Test
    void aDeadTokenIsNoGuess() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(login("alice", "dead token", here)).isEqualTo(new Rejected("expired"));
        }
    }

    @Test
    void unknownTokensAreGuesses() throws Exception {
        for (int i = 0; i < 3; i++) {
            login("alice", "guess" + i, here);
        }
        assertThat(login("alice", "unknown token 1", here)).isEqualTo(new Rejected("unknown"));
        assertThat(login("alice", "unknown token 2", here)).isEqualTo(new Rejected("unknown"));
        assertThat(isThrottled(login("alice", "guess", here))).isTrue();
        assertThat(store.checked()).hasSize(3);
    }

    @Test
    void anUnknownTokenIsThrottledItself() throws Exception {
        int throttled = 0;
        for (int i = 0; i < 20; i++) {
            throttled += isThrottled(login("alice", "unknown token 1", here)) ? 1 : 0;
        }
        assertThat(throttled).isEqualTo(10);
    }

    private void guessFiveTimes() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(login("alice", "another guess" + i, here)).isInstanceOf(Rejected.class);
        }
    }

    private static boolean isThrottled(AuthenticationResult result) {
        return result instanceof Throttled throttled && throttled.retryAfterSeconds() >= 1;
    }

    private AuthenticationResult login(String user, String password, InetAddress client) throws Exception {
        return start(user, password, client).get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<AuthenticationResult> start(String user, String password, InetAddress client) {
        String token = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return authenticator.authenticate(Optional.of("Basic " + token), client).toCompletableFuture();
    }
}
