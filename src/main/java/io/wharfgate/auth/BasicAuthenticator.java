package io.wharfgate.auth;

import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.Rejected;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Logs in with user name and password (HTTP Basic, RFC 7617).
 *
 * <p>What was right before is known from memory, on the caller's thread and without a lock; only what is new waits for a
 * password hash, in a bounded queue. So a flood of wrong passwords keeps nobody out who is already in. An unknown user costs
 * the same time as a known one. Stages that were not complete at once complete on a thread of this object's: continue
 * elsewhere if it takes long. Close it after the last request.
 */
public final class BasicAuthenticator implements Authenticator, PasswordLogin, AutoCloseable {

    /** Credentials that are remembered. */
    public static final int CACHED = 10_000;

    /** How long after its last use a credential is forgotten. */
    public static final Duration CACHED_FOR = Duration.ofMinutes(5);

    /** A file that changes faster than a password is checked is not waited for for ever. */
    private static final int ATTEMPTS = 3;

    private final UserStore store;
    private final CredentialMac mac = new CredentialMac(new SecureRandom());
    private final VerifiedCredentials verified;
    private final PasswordChecks checks;

    public BasicAuthenticator(UserStore store, CheckLimits limits, int cached, Duration cachedFor) {
        this(store, limits, cached, cachedFor, System::nanoTime);
    }

    BasicAuthenticator(UserStore store, CheckLimits limits, int cached, Duration cachedFor, LongSupplier nanoTime) {
        this.store = store;
        this.verified = new VerifiedCredentials(cached, cachedFor, nanoTime);
        this.checks = new PasswordChecks(limits, nanoTime);
    }

    /** With the standard limits. */
    public static BasicAuthenticator of(UserStore store) {
        return new BasicAuthenticator(store, CheckLimits.standard(), CACHED, CACHED_FOR);
    }

    @Override
    public CompletionStage<AuthenticationResult> authenticate(Optional<String> authorization, InetAddress client) {
        if (authorization.isEmpty()) {
            return CompletableFuture.completedStage(new Accepted(Login.anonymous()));
        }
        return authenticate(BasicHeader.parse(authorization.get()));
    }

    @Override
    public CompletionStage<AuthenticationResult> login(String user, Secret password, InetAddress client) {
        return authenticate(BasicHeader.credentials(user, password));
    }

    @Override
    public void close() {
        checks.close();
    }

    private CompletionStage<AuthenticationResult> authenticate(BasicHeader header) {
        return header instanceof BasicHeader.Credentials credentials
                ? authenticate(credentials)
                : CompletableFuture.completedStage(reject(((BasicHeader.Unreadable) header).reason()));
    }

    private CompletionStage<AuthenticationResult> authenticate(BasicHeader.Credentials credentials) {
        CredentialMac.Tag tag = mac.tag(credentials);
        UserStore.Users users = store.current();
        Optional<StoredPassword> stored = users.find(credentials.user());
        if (stored.isPresent() && verified.contains(tag, stored.get())) {
            return CompletableFuture.completedStage(accept(credentials.user()));
        }
        StoredPassword target = stored.orElse(users.decoy(mac.choice(credentials.user())));
        var question = new PasswordChecks.Question(credentials.user(), tag, target);
        return checks.submit(question, () -> check(credentials, tag, stored, target));
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
            boolean right = checked.matches(credentials.password());
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
