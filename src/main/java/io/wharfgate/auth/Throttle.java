package io.wharfgate.auth;

import io.wharfgate.auth.AuthenticationResult.Throttled;
import io.wharfgate.oci.VisibleText;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Slows guessing down. Asked before a password hash is computed, and told what came of it.
 *
 * <p>Four things are counted, each with an {@link Allowance}:
 *
 * <ul>
 *   <li><b>Different wrong passwords of one user from one address.</b> Five are free: more than people mistype. Then the next
 *       one waits 1 s, 2 s, 4 s, up to five minutes; one is forgotten every five minutes. So somebody who guesses on and on has
 *       300 guesses a day, and whoever mistyped has to wait for seconds.
 *   <li><b>The same wrong password again.</b> It tells a guesser nothing new, so it counts neither as another guess nor against
 *       the address: a robot with an old password does not slow down those who share its address, not even those who share its
 *       user name and have the new password. Ten are free, as clients ask more than once before they say "wrong password"
 *       (docker and podman some three times for an image, and docker compose does it for several images); then it waits from
 *       1 s up to a minute, as each costs a hash.
 *   <li><b>All that one address repeats.</b> A hundred are free, then from 1 s up to 4 s, and one is forgotten every three
 *       seconds: else whoever knows some hundreds of wrong passwords could have all the time for hashes. It keeps nobody out,
 *       as it is asked only of what is known to be wrong.
 *   <li><b>Different wrong passwords from one address, whoever's.</b> A hundred are free, because many may be behind one
 *       address; then from 1 s up to 30 s, and one is forgotten every ten seconds. This one is not asked of users who once came
 *       in from that address.
 * </ul>
 *
 * <p>Nobody is locked out. Who is remembered as having the right password, or has a good token, is let in before this is asked.
 * Other addresses are never touched by what comes from one. A success forgives the user at his address; and as what was guessed
 * of one stored password says nothing about another, all counting begins anew when the user's password is changed.
 *
 * <p>Addresses are those of {@link AddressBlock}. The memory is bounded: of each kind, the {@value #CAPACITY} that were touched
 * last are kept, which costs some megabytes. User names and passwords are kept as MACs only. Safe for use by any thread; the one
 * lock is held for a few look-ups, and only by logins that would cost a hash.
 */
public final class Throttle {

    static final int CAPACITY = 10_000;
    private static final long SECOND_NANOS = 1_000_000_000;

    private static final Limits STANDARD = new Limits(
            new Allowance(5, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(5)),
            new Allowance(10, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1)),
            new Allowance(100, Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(3)),
            new Allowance(100, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10)),
            CAPACITY);

    private final boolean on;
    private final LongSupplier nanoTime;
    private final FailureCounts<Pair> pairs;
    private final FailureCounts<Guess> repeats;
    private final FailureCounts<AddressBlock> repeaters;
    private final FailureCounts<AddressBlock> addresses;
    private final Map<Pair, Boolean> welcome;
    private final LongAdder refusals = new LongAdder();

    Throttle(boolean on, Limits limits, LongSupplier nanoTime) {
        this.on = on;
        this.nanoTime = nanoTime;
        this.pairs = new FailureCounts<>(limits.pair, limits.capacity);
        this.repeats = new FailureCounts<>(limits.repeat, limits.capacity);
        this.repeaters = new FailureCounts<>(limits.repeater, limits.capacity);
        this.addresses = new FailureCounts<>(limits.address, limits.capacity);
        this.welcome = new FailureCounts.LeastRecent<>(limits.capacity);
    }

    /** With the numbers above. */
    public static Throttle standard() {
        return new Throttle(true, STANDARD, System::nanoTime);
    }

    /** Lets everything pass. */
    public static Throttle off() {
        return new Throttle(false, STANDARD, System::nanoTime);
    }

    /** With the numbers above and a test's clock. */
    static Throttle standard(LongSupplier nanoTime) {
        return new Throttle(true, STANDARD, nanoTime);
    }

    /** The four allowances, and how many of each kind are remembered. */
    record Limits(Allowance pair, Allowance repeat, Allowance repeater, Allowance address, int capacity) {}

    /**
     * A password that is about to be checked.
     *
     * @param user for the log
     * @param who the MAC of the user's name
     * @param credential the MAC of name and password
     * @param stored what it is checked against; empty for an unknown user
     */
    record Candidate(
            String user,
            CredentialMac.Tag who,
            CredentialMac.Tag credential,
            Optional<StoredPassword> stored,
            InetAddress client) {}

    /** What is decided about an attempt. */
    sealed interface Admission {

        /** Check it, and call exactly one of these when that is over: whoever acts on the answer then finds it counted. */
        non-sealed interface Admitted extends Admission {
            /** It was right. */
            void right();

            /** It was wrong. */
            void wrong();

            /** Nobody knows: it was not checked. */
            void unknown();
        }

        /** Do not look at it. */
        record Refused(Throttled result) implements Admission {}
    }

    /** Decides on one attempt. */
    Admission admit(Candidate candidate) {
        return on ? new Attempt(candidate).admission() : new Unlimited();
    }

    /** How many attempts were refused since the start. */
    long refusals() {
        return refusals.sum();
    }

    /** How many counts are kept. */
    synchronized int size() {
        return pairs.size() + repeats.size() + repeaters.size() + addresses.size() + welcome.size();
    }

    /** A user at an address. Another stored password makes it another one. */
    private record Pair(CredentialMac.Tag who, Optional<StoredPassword> stored, AddressBlock address) {}

    private record Guess(CredentialMac.Tag credential, Optional<StoredPassword> stored, AddressBlock address) {}

    /** One candidate on its way. Where it counts is decided at its beginning. */
    private final class Attempt implements Admission.Admitted {

        private final Candidate candidate;
        private final AddressBlock address;
        private final Pair pair;
        private final Guess guess;
        private boolean repeated;

        Attempt(Candidate candidate) {
            this.candidate = candidate;
            this.address = AddressBlock.of(candidate.client());
            this.pair = new Pair(candidate.who(), candidate.stored(), address);
            this.guess = new Guess(candidate.credential(), candidate.stored(), address);
        }

        Admission admission() {
            synchronized (Throttle.this) {
                long now = nanoTime.getAsLong();
                repeated = repeats.knowsFailure(guess);
                long ofPair = repeated ? repeats.waitNanos(guess, now) : pairs.waitNanos(pair, now);
                if (ofPair > 0) {
                    String what = repeated ? "the same wrong password again" : "too many wrong passwords";
                    return refused(what + " of user " + VisibleText.quote(candidate.user()) + " from there", ofPair);
                }
                long ofAddress = ofAddress(now);
                if (ofAddress > 0) {
                    return refused("too many wrong passwords of all users from there", ofAddress);
                }
                repeats.begin(guess);
                if (repeated) {
                    repeaters.begin(address);
                } else {
                    pairs.begin(pair);
                    addresses.begin(address);
                }
                return this;
            }
        }

        private long ofAddress(long now) {
            if (repeated) {
                return repeaters.waitNanos(address, now);
            }
            return welcome.get(pair) == null ? addresses.waitNanos(address, now) : 0;
        }

        private Admission.Refused refused(String reason, long nanos) {
            refusals.increment();
            long seconds = (nanos + SECOND_NANOS - 1) / SECOND_NANOS;
            return new Admission.Refused(new Throttled(reason, Math.toIntExact(seconds)));
        }

        @Override
        public void right() {
            synchronized (Throttle.this) {
                repeats.clear(guess);
                pairs.clear(pair);
                welcome.put(pair, true);
                (repeated ? repeaters : addresses).end(address);
            }
        }

        @Override
        public void wrong() {
            synchronized (Throttle.this) {
                long now = nanoTime.getAsLong();
                repeats.fail(guess, now);
                if (repeated) {
                    repeaters.fail(address, now);
                } else {
                    pairs.fail(pair, now);
                    addresses.fail(address, now);
                }
            }
        }

        @Override
        public void unknown() {
            synchronized (Throttle.this) {
                repeats.end(guess);
                if (repeated) {
                    repeaters.end(address);
                } else {
                    pairs.end(pair);
                    addresses.end(address);
                }
            }
        }
    }

    private record Unlimited() implements Admission.Admitted {
        @Override
        public void right() {}

        @Override
        public void wrong() {}

        @Override
        public void unknown() {}
    }
}
