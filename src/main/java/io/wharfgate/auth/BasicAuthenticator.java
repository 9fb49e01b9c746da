package io.wharfgate.auth;

import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.Rejected;
import io.wharfgate.oci.VisibleText;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Logs in with user name and password (HTTP Basic, RFC 7617).
 *
 * <p>What was right before is known from memory, on the caller's thread and without a lock; only what is new waits for a
 * password hash, in a bounded queue, and is slowed down by the {@link Throttle} before it gets there. So a flood of wrong
 * passwords keeps nobody out who is already in. An unknown user costs
 * the same time as a known one. Stages that were not complete at once complete on a thread of this object's: continue
 * elsewhere if it takes long. Close it after the last request.
 */
public final class BasicAuthenticator implements Authenticator, PasswordLogin, AutoCloseable {

    /** A file that changes faster than a password is checked is not waited for for ever. */
    private static final int ATTEMPTS = 3;

    private final UserStore store;
    private final PasswordTokens tokens;
    private final Throttle throttle;
    private final CredentialMac mac = new CredentialMac(new SecureRandom());
    private final VerifiedCredentials verified;
    private final PasswordChecks checks;
    private final LongAdder known = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder hashes = new LongAdder();
    private final LongAdder hashNanos = new LongAdder();
    private final CheckLimits limits;

    /**
     * An authenticator.
     *
     * @param tokens what users may send in the place of a password
     * @param throttle what slows guesses down
     */
    public BasicAuthenticator(
            UserStore store, PasswordTokens tokens, CheckLimits limits, Memory memory, Throttle throttle) {
        this(store, tokens, limits, memory, throttle, System::nanoTime);
    }

    BasicAuthenticator(
            UserStore store,
            PasswordTokens tokens,
            CheckLimits limits,
            Memory memory,
            Throttle throttle,
            LongSupplier nanoTime) {
        this.store = store;
        this.tokens = tokens;
        this.throttle = throttle;
        this.verified = new VerifiedCredentials(memory.credentials(), memory.idle(), nanoTime);
        this.limits = limits;
        this.checks = new PasswordChecks(limits, nanoTime);
    }

    /** With the standard limits, and without tokens. */
    public static BasicAuthenticator of(UserStore store) {
        return new BasicAuthenticator(
                store,
                PasswordTokens.none(),
                CheckLimits.standard(),
                Memory.idle(Duration.ofMinutes(5)),
                Throttle.standard());
    }

    /**
     * How many right credentials are remembered, and how long.
     *
     * @param credentials about how many, at least 2
     * @param idle how long after its last use one is forgotten
     */
    public record Memory(int credentials, Duration idle) {

        private static final int ENOUGH = 10_000;

        /** As many as a registry has users. */
        public static Memory idle(Duration idle) {
            return new Memory(ENOUGH, idle);
        }
    }

    @Override
    public CompletionStage<AuthenticationResult> authenticate(Optional<String> authorization, InetAddress client) {
        if (authorization.isEmpty()) {
            return CompletableFuture.completedStage(new Accepted(Login.anonymous()));
        }
        return authenticate(BasicHeader.parse(authorization.get()), client);
    }

    @Override
    public CompletionStage<AuthenticationResult> login(String user, Secret password, InetAddress client) {
        return authenticate(BasicHeader.credentials(user, password), client);
    }

    /** What logins have cost up to now. */
    public PasswordFigures figures() {
        return new PasswordFigures(
                known.sum(),
                unknown.sum(),
                hashes.sum(),
                hashNanos.sum() / (double) TimeUnit.SECONDS.toNanos(1),
                throttle.refusals(),
                new PasswordFigures.Queue(checks.waiting(), limits.waiting(), checks.turnedAway()));
    }

    @Override
    public void close() {
        checks.close();
    }

    private CompletionStage<AuthenticationResult> authenticate(BasicHeader header, InetAddress client) {
        return header instanceof BasicHeader.Credentials credentials
                ? authenticate(credentials, client)
                : CompletableFuture.completedStage(reject(((BasicHeader.Unreadable) header).reason()));
    }

    private CompletionStage<AuthenticationResult> authenticate(
            BasicHeader.Credentials credentials, InetAddress client) {
        CredentialMac.Tag tag = mac.tag(credentials);
        UserStore.Users users = store.current();
        Optional<StoredPassword> stored = users.find(credentials.user());
        if (stored.isPresent() && verified.contains(tag, stored.get())) {
            known.increment();
            return CompletableFuture.completedStage(accept(credentials.user()));
        }
        var candidate = new Throttle.Candidate(credentials.user(), mac.tag(credentials.user()), tag, stored, client);
        PasswordTokens.Answer answer = tokens.check(credentials.user(), credentials.password());
        if (!(answer instanceof PasswordTokens.Answer.NoToken)) {
            return CompletableFuture.completedStage(byToken(candidate, answer));
        }
        unknown.increment();
        StoredPassword target = stored.orElse(users.decoy(mac.choice(credentials.user())));
        var question = new PasswordChecks.Question(credentials.user(), tag, target);
        return checks.submit(question, () -> throttle.admit(candidate), () -> check(credentials, tag, stored, target));
    }

    /** A good token is let in whatever has been guessed: it costs no hash, and cannot be guessed itself. */
    private AuthenticationResult byToken(Throttle.Candidate candidate, PasswordTokens.Answer answer) {
        if (answer instanceof PasswordTokens.Answer.Unknown unknown) {
            Throttle.Admission admission = throttle.admit(candidate);
            if (admission instanceof Throttle.Admission.Admitted admitted) {
                admitted.wrong();
                return reject(unknown.reason());
            }
            return ((Throttle.Admission.Refused) admission).result();
        }
        if (answer instanceof PasswordTokens.Answer.Good good) {
            return candidate.stored().isPresent()
                    ? new Accepted(good.login())
                    : reject("a token of " + VisibleText.quote(candidate.user()) + ", who is no user any more");
        }
        return reject(((PasswordTokens.Answer.Dead) answer).reason());
    }

    /**
     * Computes the hash in every case, and only then looks at whether there is such a user. A check may have waited for
     * seconds: when the user's password is another one by then, that is the one to be checked.
     */
    private AuthenticationResult check(
            BasicHeader.Credentials credentials,
            CredentialMac.Tag tag,
            Optional<StoredPassword> stored,
            StoredPassword target) {
        Optional<StoredPassword> before = stored;
        StoredPassword checked = target;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean right = matches(checked, credentials.password());
            Optional<StoredPassword> now = store.current().find(credentials.user());
            if (now.isEmpty()) {
                return reject("there is no user " + VisibleText.quote(credentials.user()));
            }
            if (now.equals(before)) {
                return right ? remember(credentials, tag, checked) : wrong(credentials);
            }
            before = now;
            checked = now.get();
        }
        return reject("the password of user " + VisibleText.quote(credentials.user()) + " changed again and again");
    }

    private boolean matches(StoredPassword stored, Secret password) {
        long begun = System.nanoTime();
        try {
            return stored.matches(password);
        } finally {
            hashes.increment();
            hashNanos.add(System.nanoTime() - begun);
        }
    }

    private AuthenticationResult remember(
            BasicHeader.Credentials credentials, CredentialMac.Tag tag, StoredPassword stored) {
        verified.add(tag, stored);
        return accept(credentials.user());
    }

    private static AuthenticationResult wrong(BasicHeader.Credentials credentials) {
        return reject("wrong password of user " + VisibleText.quote(credentials.user()));
    }

    private static AuthenticationResult accept(String user) {
        return new Accepted(Login.byPassword(user));
    }

    private static AuthenticationResult reject(String reason) {
        // The caller knows from where, and logs it.
        return new Rejected(reason);
    }
}
