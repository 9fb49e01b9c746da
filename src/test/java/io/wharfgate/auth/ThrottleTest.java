package io.wharfgate.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wharfgate.Fuzz;
import io.wharfgate.auth.Throttle.Admission;
import io.wharfgate.auth.Throttle.Admission.Admitted;
import io.wharfgate.auth.Throttle.Admission.Refused;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private static final String HERE = "192.0.2.1";
    private static final String ELSEWHERE = "192.0.2.2";

    private final CredentialMac mac = new CredentialMac(new SecureRandom());
    private final FakeUserStore users =
            new FakeUserStore().with("alice", "secret").with("bob", "hidden");
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000); // nanoTime may run over
    private final Throttle throttle = Throttle.standard(now::get);

    @Test
    void someFailuresAreFreeThenTheWaitDoubles() {
        List<Integer> waits = new ArrayList<>();
        for (int guess = 0; guess < 16; guess++) {
            waits.add(waitFor("alice", "next", HERE));
            pass(Duration.ofSeconds(waits.get(guess)));
            fail("alice", "guess" + guess, HERE);
        }
        // At 256 s one failure is forgotten while the next one is waited for.
        assertThat(waits).startsWith(0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128);
        assertThat(waits.subList(13, 16)).allMatch(seconds -> seconds >= 128 && seconds <= 300);
    }

    @Test
    void theWaitCountsFromTheFailure() {
        guess("alice", 5, HERE);
        assertThat(waitFor("alice", "next", HERE)).isEqualTo(1);
        pass(Duration.ofMillis(999));
        assertThat(waitFor("alice", "next", HERE)).isEqualTo(1);
        pass(Duration.ofMillis(1));
        assertThat(waitFor("alice", "next", HERE)).isZero();
    }

    @Test
    void inTheLongRunThereAreFewGuesses() {
        int looked = 0;
        for (int second = 0; second < 24 * 3600; second++) {
            if (admit("alice", "guess" + second, HERE) instanceof Admitted admitted) {
                admitted.wrong();
                looked++;
            }
            pass(Duration.ofSeconds(1));
        }
        assertThat(looked).isBetween(280, 310);
    }

    @Test
    void oneAddressThatTriesAllUsersHasFewGuessesToo() {
        int looked = 0;
        for (int second = 0; second < 3600; second++) {
            if (admit("user" + second, "guess", HERE) instanceof Admitted admitted) {
                admitted.wrong();
                looked++;
            }
            pass(Duration.ofSeconds(1));
        }
        assertThat(looked).isBetween(400, 480);
    }

    @Test
    void failuresAreForgottenOneByOne() {
        guess("alice", 5, HERE);
        pass(Duration.ofMinutes(5));
        fail("alice", "again", HERE);
        assertThat(waitFor("alice", "next", HERE)).isEqualTo(1);
        pass(Duration.ofMinutes(25));
        guess("alice", 4, HERE);
        assertThat(waitFor("alice", "next", HERE)).isZero();
    }

    @Test
    void anotherAddressAndAnotherUserAreNotTouched() {
        guess("alice", 5, HERE);
        assertThat(waitFor("alice", "next", ELSEWHERE)).isZero();
        assertThat(waitFor("bob", "next", HERE)).isZero();
        assertThat(waitFor("alice", "next", HERE)).isEqualTo(1);
    }

    @Test
    void manyGuessesFromOneAddressSlowStrangersDownButNoUserWhoCameInFromThere() {
        succeed("bob", "hidden", HERE);
        for (int i = 0; i < 100; i++) {
            fail("user" + i, "guess", HERE);
        }
        assertThat(waitFor("alice", "secret", HERE)).isEqualTo(1);
        assertThat(waitFor("alice", "secret", ELSEWHERE)).isZero();
        assertThat(waitFor("bob", "hidden", HERE)).isZero();
        guess("bob", 5, HERE);
        assertThat(waitFor("bob", "next", HERE)).isEqualTo(1);
    }

    @Test
    void theSameWrongPasswordAgainIsNoNewGuess() {
        for (int i = 0; i < 9; i++) {
            fail("alice", "old", HERE);
        }
        assertThat(waitFor("alice", "old", HERE)).isZero();
        fail("alice", "old", HERE);
        assertThat(waitFor("alice", "old", HERE)).isEqualTo(1);
        assertThat(waitFor("alice", "secret", HERE)).isZero();
    }

    @Test
    void aHundredRobotsWithOldPasswordsSlowNobodyElseDown() {
        for (int minute = 0; minute < 120; minute++) {
            for (int robot = 0; robot < 99; robot++) {
                if (admit("robot" + robot, "old", HERE) instanceof Admitted admitted) {
                    admitted.wrong();
                }
            }
            assertThat(waitFor("alice", "secret", HERE)).as("minute %s", minute).isZero();
            pass(Duration.ofMinutes(1));
        }
    }

    /** Each wrong password that is known may be repeated once a minute, and more and more of them become known. */
    @Test
    void oneAddressThatRepeatsManyWrongPasswordsHasLittleTimeForHashes() {
        int looked = 0;
        for (int second = 0; second < 3600; second += 20) {
            for (int user = 0; user < 300; user++) {
                if (admit("user" + user, "old", HERE) instanceof Admitted admitted) {
                    admitted.wrong();
                    looked++;
                }
            }
            pass(Duration.ofSeconds(20));
        }
        // A hundred of both at once, then a few each time; all that are known, once a minute, would be many thousands.
        assertThat(looked).isBetween(500, 2500);
        assertThat(waitFor("alice", "secret", ELSEWHERE)).isZero();
    }

    @Test
    void aSuccessForgivesThePairAndNotTheAddress() {
        for (int i = 0; i < 96; i++) {
            fail("user" + i, "guess", HERE);
        }
        guess("alice", 4, HERE);
        pass(Duration.ofSeconds(1));
        succeed("alice", "secret", HERE);
        guess("alice", 4, HERE);
        assertThat(waitFor("alice", "next", HERE)).isZero();
        assertThat(waitFor("stranger", "next", HERE)).isPositive();
    }

    @Test
    void aChangedPasswordBeginsAnew() {
        guess("alice", 8, HERE);
        assertThat(waitFor("alice", "new", HERE)).isPositive();
        users.with("alice", "new");
        assertThat(waitFor("alice", "new", HERE)).isZero();
    }

    @Test
    void whatIsBeingCheckedCountsAsFailed() {
        List<Admitted> running = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            running.add((Admitted) admit("alice", "guess" + i, HERE));
        }
        assertThat(waitFor("alice", "guess6", HERE)).isEqualTo(1);
        assertThat(waitFor("alice", "guess6", ELSEWHERE)).isZero();
        running.get(0).unknown();
        assertThat(waitFor("alice", "guess6", HERE)).isZero();
        running.subList(1, 5).forEach(Admitted::wrong);
        assertThat(waitFor("alice", "guess6", HERE)).isZero();
    }

    @Test
    void onceItWaitsOnlyOneIsCheckedAtATime() {
        guess("alice", 7, HERE);
        pass(Duration.ofMinutes(1));
        var first = (Admitted) admit("alice", "a", HERE);
        assertThat(admit("alice", "b", HERE)).isInstanceOf(Refused.class);
        first.unknown();
        assertThat(admit("alice", "b", HERE)).isInstanceOf(Admitted.class);
    }

    @Test
    void whatWasNotCheckedLeavesNoTrace() {
        for (int i = 0; i < 1000; i++) {
            ((Admitted) admit("user" + i, "guess", HERE)).unknown();
        }
        assertThat(throttle.size()).isZero();
    }

    @Test
    void theMemoryIsBounded() {
        for (int i = 0; i < 30_000; i++) {
            if (admit("user" + i, "guess", "10." + i / 65536 + "." + (i / 256) % 256 + "." + i % 256)
                    instanceof Admitted admitted) {
                admitted.wrong();
            }
        }
        assertThat(throttle.size()).isEqualTo(3 * Throttle.CAPACITY);
    }

    @Test
    void anIpv6CustomerIsOneClient() {
        guess("alice", 5, "2001:db8:1:2::1");
        assertThat(waitFor("alice", "next", "2001:db8:1:2:ffff::9")).isEqualTo(1);
        assertThat(waitFor("alice", "next", "2001:db8:1:3::1")).isZero();
        guess("bob", 5, "::ffff:192.0.2.1");
        assertThat(waitFor("bob", "next", HERE)).isEqualTo(1);
        assertThat(AddressBlock.of(address("::1"))).isNotEqualTo(AddressBlock.of(address("0.0.0.1")));
    }

    @Test
    void guessesSentAtOnceAreNotAllFree() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        var looked = new AtomicInteger();
        try {
            List<Callable<Void>> guesses = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String guess = "guess" + i;
                guesses.add(() -> {
                    if (admit("alice", guess, HERE) instanceof Admitted admitted) {
                        looked.incrementAndGet();
                        admitted.wrong();
                    }
                    return null;
                });
            }
            for (var guess : threads.invokeAll(guesses)) {
                guess.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(looked).hasValue(5);
    }

    @Test
    void randomHistoriesKeepTheirPromises() {
        Fuzz.rounds(200, random -> {
            var clock = new AtomicLong(random.nextLong());
            Throttle any = Throttle.standard(clock::get);
            List<Admitted> running = new ArrayList<>();
            int free = 0;
            for (int step = 0; step < 200; step++) {
                int what = random.nextInt(10);
                if (what < 6) {
                    Admission admission = any.admit(candidate("alice", "guess" + random.nextInt(40), HERE));
                    if (admission instanceof Admitted admitted) {
                        running.add(admitted);
                    } else {
                        assertThat(((Refused) admission).result().retryAfterSeconds())
                                .isBetween(1, 300);
                    }
                } else if (what < 9 && !running.isEmpty()) {
                    Admitted one = running.remove(random.nextInt(running.size()));
                    if (random.nextInt(4) == 0) {
                        one.unknown();
                    } else {
                        one.wrong();
                        free++;
                    }
                } else {
                    clock.addAndGet(Duration.ofMillis(random.nextInt(2000)).toNanos());
                }
                assertThat(any.admit(candidate("alice", "right", ELSEWHERE)))
                        .isInstanceOfSatisfying(Admitted.class, Admitted::unknown);
            }
            running.forEach(Admitted::unknown);
            clock.addAndGet(Duration.ofHours(3).toNanos());
            assertThat(any.admit(candidate("alice", "right", HERE)))
                    .as("after %s failures", free)
                    .isInstanceOf(Admitted.class);
        });
    }

    @Test
    void offLetsEverythingPass() {
        Throttle off = Throttle.off();
        for (int i = 0; i < 1000; i++) {
            var admission = off.admit(candidate("alice", "guess" + i, HERE));
            assertThat(admission).isInstanceOfSatisfying(Admitted.class, Admitted::wrong);
        }
        assertThat(off.size()).isZero();
    }

    @Test
    void theReasonNamesTheUserAndNoPassword() {
        guess("al\nice", 5, HERE);
        assertThat(admit("al\nice", "hunter2", HERE))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.result().reason())
                                .contains("\"al\\u000Aice\"")
                                .doesNotContain("hunter2"));
    }

    @Test
    void allowancesThatMakeNoSense() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Allowance(0, second, second, second));
        assertThatIllegalArgumentException().isThrownBy(() -> new Allowance(1, Duration.ZERO, second, second));
        assertThatIllegalArgumentException().isThrownBy(() -> new Allowance(1, second, Duration.ofMillis(1), second));
        assertThatIllegalArgumentException().isThrownBy(() -> new Allowance(1, second, second, Duration.ZERO));
    }

    private void guess(String user, int times, String client) {
        for (int i = 0; i < times; i++) {
            long before = now.get();
            pass(Duration.ofSeconds(waitFor(user, "g", client)));
            fail(user, "g" + before + "/" + i, client);
        }
    }

    private void fail(String user, String password, String client) {
        assertThat(admit(user, password, client)).isInstanceOfSatisfying(Admitted.class, Admitted::wrong);
    }

    private void succeed(String user, String password, String client) {
        assertThat(admit(user, password, client)).isInstanceOfSatisfying(Admitted.class, Admitted::right);
    }

    /** In seconds; 0 if it would be looked at. */
    private int waitFor(String user, String password, String client) {
        Admission admission = admit(user, password, client);
        if (admission instanceof Admitted admitted) {
            admitted.unknown();
            return 0;
        }
        return ((Refused) admission).result().retryAfterSeconds();
    }

    private Admission admit(String user, String password, String client) {
        return throttle.admit(candidate(user, password, client));
    }

    private Throttle.Candidate candidate(String user, String password, String client) {
        return new Throttle.Candidate(
                user,
                mac.tag(user),
                mac.tag(new BasicHeader.Credentials(user, Secret.of(password))),
                users.find(user),
                address(client));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
