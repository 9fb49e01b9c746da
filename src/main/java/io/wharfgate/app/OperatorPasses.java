package io.wharfgate.app;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Reach;
import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * Lets an operator's command in at the registry's own listener: whoever can open the control socket can read and write the data
 * anyway, and by the listener he meets all rules, and the collector and the catalog know what he does. A pass is a Bearer token
 * that is good for as long as the command holds its connection to the socket. Thread-safe.
 */
final class OperatorPasses implements Task {

    static final String TASK = "pass";

    /** No user can have this name: in a password file it would end at the colon. */
    private static final Identity OPERATOR = new Identity.User("operator:control-socket");

    private static final int BYTES = 32;
    private static final int LOOK_MILLIS = 200;

    private final IntSupplier port;
    private final SecureRandom random = new SecureRandom();
    /** Only their digests are kept, so that how long looking for one takes says nothing about another. */
    private final Set<Digest> passes = ConcurrentHashMap.newKeySet();

    /** @param port of the registry's listener */
    OperatorPasses(IntSupplier port) {
        this.port = port;
    }

    /** Gives the port and a pass, each on a line, and takes the pass back when whoever asked has left. */
    @Override
    public int run(Map<String, String> arguments, TaskOutput out) throws InterruptedException {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String pass = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Digest digest = digest(pass);
        passes.add(digest);
        try {
            out.line(String.valueOf(port.getAsInt()));
            out.line(pass);
            while (!out.cancelled()) {
                Thread.sleep(LOOK_MILLIS);
            }
            return 0;
        } finally {
            passes.remove(digest);
        }
    }

    /** Everybody else is left to the others. */
    Authenticator before(Authenticator others) {
        return (authorization, client) -> authenticate(authorization, client, others);
    }

    private CompletionStage<AuthenticationResult> authenticate(
            Optional<String> authorization, InetAddress client, Authenticator others) {
        boolean operator = !passes.isEmpty()
                && authorization
                        .filter(field -> field.startsWith("Bearer "))
                        .filter(field -> passes.contains(digest(field.substring("Bearer ".length()))))
                        .isPresent();
        if (!operator) {
            return others.authenticate(authorization, client);
        }
        var login = new Login(OPERATOR, new Credential.AccessToken(new Credential.None()), Reach.everything());
        return CompletableFuture.completedStage(new AuthenticationResult.Accepted(login));
    }

    /** An operator may do everything; of everybody else the policy decides. */
    static AccessPolicy above(AccessPolicy policy) {
        return new AccessPolicy() {
            @Override
            public Decision decide(Identity identity, Access access) {
                return identity.equals(OPERATOR) ? new Decision.Allowed() : policy.decide(identity, access);
            }

            @Override
            public boolean admitsAnonymous() {
                return policy.admitsAnonymous();
            }
        };
    }

    private static Digest digest(String pass) {
        return Digest.of(DigestAlgorithm.SHA256, pass.getBytes(StandardCharsets.UTF_8));
    }
}
