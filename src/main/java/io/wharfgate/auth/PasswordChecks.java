package io.wharfgate.auth;

import io.wharfgate.oci.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs password checks on a few threads of its own, with a bounded queue before them, and one check for all who ask the same
 * at the same time. Safe for use by any thread; {@link #submit} never waits.
 */
final class PasswordChecks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordChecks.class);

    private final CheckLimits limits;
    private final LongSupplier nanoTime;
    private final ThreadPoolExecutor pool;
    private final LongAdder turnedAway = new LongAdder();
    private final ConcurrentMap<Question, Check> inFlight = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Integer> perUser = new ConcurrentHashMap<>();

    PasswordChecks(CheckLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        var threads = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                limits.workers(),
                limits.workers(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.waiting()),
                task -> {
                    var thread = new Thread(task, "password-check-" + threads.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * What is to be checked. The stored password belongs to it: who comes after a change of the password must not be given
     * the answer to the old one.
     */
    record Question(String user, CredentialMac.Tag tag, StoredPassword stored) {}

    /**
     * Answers a question, by the check that runs for it already or by a new one. Completes with {@code Overloaded} when
     * there is no room; fails only if the check itself throws.
     *
     * @param admission asked whether a new check may be made; who joins one that runs learns no more than one answer tells
     */
    CompletionStage<AuthenticationResult> submit(
            Question question, Supplier<Throttle.Admission> admission, Supplier<AuthenticationResult> answer) {
        var begun = new AtomicReference<Throttle.Admission>();
        // In one step: nobody may join a check that is refused, because the refusal is meant for one address.
        Check check = inFlight.computeIfAbsent(question, asked -> {
            begun.set(admission.get());
            return begun.get() instanceof Throttle.Admission.Admitted admitted
                    ? new Check(asked, admitted, answer)
                    : null;
        });
        if (begun.get() instanceof Throttle.Admission.Refused refused) {
            return CompletableFuture.completedStage(refused.result());
        }
        Check running = Objects.requireNonNull(check, "admitted");
        if (begun.get() != null) {
            begin(running);
        }
        return running.outcome.minimalCompletionStage();
    }

    private void begin(Check mine) {
        if (perUser.merge(mine.question.user(), 1, Integer::sum) > limits.perUser()) {
            mine.turnAway("too many passwords of this user wait to be checked");
            return;
        }
        try {
            pool.execute(mine);
        } catch (RejectedExecutionException e) {
            mine.turnAway("too many passwords wait to be checked");
        }
    }

    /** How many checks wait for a thread. */
    int waiting() {
        return pool.getQueue().size();
    }

    /** How many were refused since the start for want of room or time. */
    long turnedAway() {
        return turnedAway.sum();
    }

    /** Ends the threads. Who still waits gets {@code Overloaded}; a check that runs is finished. */
    @Override
    public void close() {
        List<Runnable> waiting = new ArrayList<>(pool.shutdownNow());
        waiting.forEach(check -> ((Check) check).turnAway("shutting down"));
    }

    private final class Check implements Runnable {

        private final Question question;
        private final Throttle.Admission.Admitted attempt;
        private final Supplier<AuthenticationResult> answer;
        private final long asked = nanoTime.getAsLong();
        private final CompletableFuture<AuthenticationResult> outcome = new CompletableFuture<>();

        Check(Question question, Throttle.Admission.Admitted attempt, Supplier<AuthenticationResult> answer) {
            this.question = question;
            this.attempt = attempt;
            this.answer = answer;
        }

        @Override
        public void run() {
            if (nanoTime.getAsLong() - asked > limits.longestWait().toNanos()) {
                turnAway("waited too long for its turn");
                return;
            }
            try {
                AuthenticationResult result = answer.get();
                leave(result);
                outcome.complete(result);
            } catch (RuntimeException | Error e) {
                LOG.error("password_check_failed user={}", VisibleText.quote(question.user()), e);
                leave(overloaded());
                outcome.completeExceptionally(e);
            }
        }

        void turnAway(String reason) {
            turnedAway.increment();
            LOG.info("login_turned_away user={} reason={}", VisibleText.quote(question.user()), reason);
            leave(overloaded());
            outcome.complete(overloaded());
        }

        private AuthenticationResult overloaded() {
            return new AuthenticationResult.Overloaded(
                    Math.toIntExact(limits.retryAfter().toSeconds()));
        }

        /** Before the outcome is told, so that whoever acts on it finds it counted and the place free. */
        private void leave(AuthenticationResult result) {
            if (result instanceof AuthenticationResult.Accepted) {
                attempt.right();
            } else if (result instanceof AuthenticationResult.Rejected) {
                attempt.wrong();
            } else {
                attempt.unknown();
            }
            inFlight.remove(question, this);
            perUser.computeIfPresent(question.user(), (user, count) -> count == 1 ? null : count - 1);
        }
    }
}
