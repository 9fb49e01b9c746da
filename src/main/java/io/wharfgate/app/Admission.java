package io.wharfgate.app;

import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.Backend;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.gateway.TokenEndpoint;
import io.wharfgate.http.Bodies;
import java.util.concurrent.Executor;

/** Who comes in, and what he may do there. Thread-safe; close it after the last request. */
final class Admission implements AutoCloseable {

    private final AdmissionFiles files;
    private final Challenges challenges;
    private final BasicAuthenticator basic;
    private final Tokens tokens;

    private Admission(AdmissionFiles files, Challenges challenges, BasicAuthenticator basic, Tokens tokens) {
        this.files = files;
        this.challenges = challenges;
        this.basic = basic;
        this.tokens = tokens;
    }

    /**
     * Puts the parts together; makes the keys of the token service, if there are none.
     *
     * @param disk runs what has to be read while requests wait for it
     */
    static Admission open(WharfgateConfig config, AdmissionFiles files, Challenges challenges, Executor disk)
            throws StartException {
        Tokens tokens = Tokens.open(config.auth(), files.access(), files.users(), files.personalTokens(), disk);
        BasicAuthenticator basic = Assembly.authenticator(config, files.users(), files.personalTokens());
        return new Admission(files, challenges, basic, tokens);
    }

    /** What everything below /v2/ has to pass. */
    Gateway gateway(Backend backend, AuditTrail audit) {
        return new Gateway(tokens.authenticator(basic), challenges, files.access(), backend, audit);
    }

    TokenEndpoint endpoint(Bodies bodies, AuditTrail audit) {
        return tokens.endpoint(basic, bodies, audit);
    }

    /** Looks at all files; for a timer. */
    void poll() {
        files.users().poll();
        files.access().poll();
        files.personalTokens().poll();
        tokens.poll();
    }

    /** Reads all files anew: what is broken is told in the log, and what was in force stays. */
    void reload() {
        files.users().reload();
        files.access().reload();
        files.personalTokens().reload();
        tokens.reload();
    }

    /** Writes down when tokens of robots were used last; for a timer. */
    void writeLastUses() {
        files.personalTokens().writeLastUses();
    }

    @Override
    public void close() {
        basic.close();
        files.personalTokens().close();
    }
}
