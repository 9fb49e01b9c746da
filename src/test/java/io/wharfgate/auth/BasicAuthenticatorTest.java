package io.wharfgate.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.Overloaded;
import io.wharfgate.auth.AuthenticationResult.Rejected;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BasicAuthenticatorTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final AuthenticationResult ALICE = new Accepted(Login.byPassword("alice"));
    private static final CheckLimits LIMITS = new CheckLimits(1, 4, 2, Duration.ofSeconds(10), Duration.ofSeconds(7));

    private final FakeUserStore store =
            new FakeUserStore().with("alice", "secret").with("bob", "hidden");
    private final AtomicLong now = new AtomicLong();
    private final BasicAuthenticator authenticator = new BasicAuthenticator(
            store,
            PasswordTokens.none(),
            LIMITS,
            new BasicAuthenticator.Memory(100, Duration.ofMinutes(5)),
            Throttle.off(),
            now::get);

    @AfterEach
    void close() {
        store.release();
        authenticator.close();
    }

    @Test
    void noHeaderIsAnonymous() throws Exception {
        var result = authenticator.authenticate(Optional.empty(), HERE).toCompletableFuture();
        assertThat(result).isCompletedWithValue(new Accepted(Login.anonymous()));
    }

    @Test
    void theRightPasswordIsAccepted() throws Exception {
        assertThat(login("alice", "secret")).isEqualTo(ALICE);
    }

    @Test
    void aWrongPasswordIsRejectedAndNotNamed() throws Exception {
        assertThat(login("alice", "guess"))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected ->
                                assertThat(rejected.reason()).contains("alice").doesNotContain("guess"));
    }

    @Test
    void anUnknownUserCostsACheckToo() throws Exception {
        assertThat(login("nobody", "x")).isInstanceOf(Rejected.class);
        assertThat(store.checked()).containsExactly("x");
    }

    @Test
    void thePasswordOfTheDecoyOpensNothing() throws Exception {
        assertThat(login("nobody", "decoy")).isInstanceOf(Rejected.class);
    }

    @Test
    void anUnreadableHeaderIsRejectedAtOnce() {
        var result = authenticator.authenticate(Optional.of("Bearer abc"), HERE).toCompletableFuture();
        assertThat(result).isCompleted();
        assertThat(result.join()).isInstanceOf(Rejected.class);
        assertThat(store.checked()).isEmpty();
    }

    @Test
    void aSecondLoginIsKnownFromMemoryAtOnce() throws Exception {
        login("alice", "secret");
        assertThat(start("alice", "secret")).isCompletedWithValue(ALICE);
        assertThat(store.checked()).hasSize(1);
    }

    @Test
    void aWrongPasswordIsCheckedEachTime() throws Exception {
        login("alice", "guess");
        login("alice", "guess");
        assertThat(store.checked()).hasSize(2);
    }

    @Test
    void anUnknownUserIsCheckedEachTime() throws Exception {
        login("nobody", "x");
        login("nobody", "x");
        assertThat(store.checked()).hasSize(2);
    }

    @Test
    void whatIsRememberedOfOneUserDoesNotLetInAnother() throws Exception {
        store.with("carol", "secret");
        login("alice", "secret");
        assertThat(login("bob", "secret")).isInstanceOf(Rejected.class);
        assertThat(login("carol", "secret")).isEqualTo(new Accepted(Login.byPassword("carol")));
        assertThat(store.checked()).hasSize(3);
    }

    @Test
    void aChangedHashIsCheckedAgain() throws Exception {
        login("alice", "secret");
        store.with("alice", "other");
        assertThat(login("alice", "secret")).isInstanceOf(Rejected.class);
        assertThat(login("alice", "other")).isEqualTo(ALICE);
    }

    @Test
    void aRemovedUserIsOutAtOnce() throws Exception {
        login("alice", "secret");
        store.remove("alice");
        assertThat(login("alice", "secret")).isInstanceOf(Rejected.class);
    }

    @Test
    void aReturningUserWithAnotherHashIsCheckedAgain() throws Exception {
        login("alice", "secret");
        store.remove("alice");
        login("alice", "secret");
        store.with("alice", "other");
        assertThat(login("alice", "secret")).isInstanceOf(Rejected.class);
    }

    @Test
    void whatNobodyUsesIsForgotten() throws Exception {
        login("alice", "secret");
        now.addAndGet(Duration.ofMinutes(6).toNanos());
        login("alice", "secret");
        assertThat(store.checked()).hasSize(2);
    }

    @Test
    void concurrentEqualLoginsCostOneCheck() throws Exception {
        store.hold();
        var logins = new ArrayList<CompletableFuture<AuthenticationResult>>();
        for (int i = 0; i < 50; i++) {
            logins.add(start("alice", "secret"));
        }
        store.release();
        for (var login : logins) {
            assertThat(get(login)).isEqualTo(ALICE);
        }
        assertThat(store.checked()).hasSize(1);
    }

    @Test
    void oneWaiterCannotSpoilTheOthersAnswer() throws Exception {
        store.hold();
        CompletableFuture<AuthenticationResult> impatient = start("alice", "secret");
        CompletableFuture<AuthenticationResult> other = start("alice", "secret");
        impatient.complete(new Rejected("spoilt"));
        store.release();
        assertThat(get(other)).isEqualTo(ALICE);
    }

    @Test
    void aFullQueueTurnsAwayAndThoseWhoAreInStayIn() throws Exception {
        login("alice", "secret");
        store.hold();
        var flood = new ArrayList<CompletableFuture<AuthenticationResult>>();
        flood.add(start("guest", "guess"));
        await().until(() -> store.checked().size() == 2);
        for (int i = 0; i < 20; i++) {
            flood.add(start("guest" + i, "guess"));
        }
        assertThat(start("alice", "secret")).isCompletedWithValue(ALICE);
        assertThat(start("bob", "hidden")).isCompletedWithValue(new Overloaded(7));
        store.release();
        List<AuthenticationResult> results = new ArrayList<>();
        for (var login : flood) {
            results.add(get(login));
        }
        assertThat(results.stream().filter(Rejected.class::isInstance)).hasSize(5);
        assertThat(results.stream().filter(Overloaded.class::isInstance)).hasSize(16);
    }

    @Test
    void guessesForOneUserLeaveRoomForOthers() throws Exception {
        store.hold();
        assertThat(start("alice", "guess1")).isNotDone();
        assertThat(start("alice", "guess2")).isNotDone();
        assertThat(start("alice", "guess3")).isCompletedWithValue(new Overloaded(7));
        CompletableFuture<AuthenticationResult> bob = start("bob", "hidden");
        store.release();
        assertThat(get(bob)).isEqualTo(new Accepted(Login.byPassword("bob")));
    }

    @Test
    void placesAreGivenBack() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(login("alice", "guess" + i)).isInstanceOf(Rejected.class);
        }
        assertThat(login("alice", "secret")).isEqualTo(ALICE);
    }

    @Test
    void aCheckThatWaitedTooLongIsGivenUp() throws Exception {
        store.hold();
        assertThat(start("bob", "guess")).isNotDone();
        await().until(() -> store.checked().size() == 1);
        CompletableFuture<AuthenticationResult> late = start("alice", "secret");
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        store.release();
        assertThat(get(late)).isEqualTo(new Overloaded(7));
        assertThat(store.checked()).containsExactly("guess");
    }

    @Test
    void aPasswordSetWhileTheOldOneIsCheckedCounts() throws Exception {
        store.afterCheck(onceThen(() -> store.with("alice", "new")));
        assertThat(login("alice", "new")).isEqualTo(ALICE);
    }

    @Test
    void aPasswordReplacedWhileItIsCheckedDoesNotCount() throws Exception {
        store.afterCheck(onceThen(() -> store.with("alice", "new")));
        assertThat(login("alice", "secret")).isInstanceOf(Rejected.class);
    }

    @Test
    void theSamePasswordHashedAnewWhileItIsCheckedCounts() throws Exception {
        store.afterCheck(onceThen(() -> store.with("alice", "secret")));
        assertThat(login("alice", "secret")).isEqualTo(ALICE);
    }

    @Test
    void aUserRemovedWhileHeIsCheckedIsRejected() throws Exception {
        store.afterCheck(onceThen(() -> store.remove("alice")));
        assertThat(login("alice", "secret")).isInstanceOf(Rejected.class);
    }

    @Test
    void aFileThatNeverRestsDoesNotHoldACheckForEver() throws Exception {
        store.afterCheck(() -> store.with("alice", "secret"));
        assertThat(login("alice", "secret")).isInstanceOf(Rejected.class);
    }

    @Test
    void afterAReloadNobodyJoinsACheckOfTheOldHash() throws Exception {
        store.hold();
        CompletableFuture<AuthenticationResult> before = start("alice", "new");
        await().until(() -> store.checked().size() == 1);
        store.with("alice", "new");
        CompletableFuture<AuthenticationResult> after = start("alice", "new");
        store.release();
        assertThat(get(after)).isEqualTo(ALICE);
        assertThat(get(before)).isEqualTo(ALICE);
    }

    @Test
    void aBrokenCheckFailsAndTheNextOneRuns() throws Exception {
        assertThatThrownBy(() -> login("alice", "break")).isInstanceOf(ExecutionException.class);
        assertThat(login("alice", "secret")).isEqualTo(ALICE);
    }

    @Test
    void closeLeavesNobodyWaiting() throws Exception {
        store.hold();
        assertThat(start("alice", "guess")).isNotDone();
        await().until(() -> store.checked().size() == 1);
        CompletableFuture<AuthenticationResult> waiting = start("bob", "hidden");
        authenticator.close();
        assertThat(get(waiting)).isEqualTo(new Overloaded(7));
        assertThat(start("bob", "other")).isCompletedWithValue(new Overloaded(7));
    }

    private static Runnable onceThen(Runnable action) {
        var left = new AtomicLong(1);
        return () -> {
            if (left.getAndDecrement() > 0) {
                action.run();
            }
        };
    }

    private AuthenticationResult login(String user, String password) throws Exception {
        return get(start(user, password));
    }

    private static AuthenticationResult get(CompletableFuture<AuthenticationResult> login)
            throws InterruptedException, ExecutionException, TimeoutException {
        return login.get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<AuthenticationResult> start(String user, String password) {
        String token = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return authenticator.authenticate(Optional.of("Basic " + token), HERE).toCompletableFuture();
    }
}
