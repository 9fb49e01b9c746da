package io.wharfgate.app;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.auth.access.AccessFile;
import io.wharfgate.auth.htpasswd.HtpasswdException;
import io.wharfgate.auth.htpasswd.HtpasswdFile;
import io.wharfgate.auth.personal.PersonalTokens;
import io.wharfgate.auth.personal.TokenFileException;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.Backend;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.gateway.TokenEndpoint;
import io.wharfgate.http.Bodies;
import java.util.concurrent.Executor;

/**
 * Who comes in, and what he may do there: the users, the rules, the tokens, as the section {@code auth} names them. Its files are
 * followed while they change. Thread-safe; close it after the last request.
 */
final class Admission implements AutoCloseable {

    private final HtpasswdFile users;
    private final AccessFile access;
    private final PersonalTokens personal;
    private final BasicAuthenticator basic;
    private final Tokens tokens;
    private final Challenges challenges;

    private Admission(
            HtpasswdFile users,
            AccessFile access,
            PersonalTokens personal,
            BasicAuthenticator basic,
            Tokens tokens,
            Challenges challenges) {
        this.users = users;
        this.access = access;
        this.personal = personal;
        this.basic = basic;
        this.tokens = tokens;
        this.challenges = challenges;
    }

    /**
     * Reads all files; makes the keys of the token service, if there are none.
     *
     * @param disk runs what has to be read while requests wait for it
     */
    static Admission open(WharfgateConfig config, Executor disk) throws StartException {
        AuthConfig auth = config.auth();
        HtpasswdFile users = users(auth);
        AccessFile access = AccessRules.open(auth, users);
        PersonalTokens personal = personalTokens(auth, users);
        Tokens tokens = Tokens.open(auth, access, users, personal, disk);
        return new Admission(
                users,
                access,
                personal,
                Assembly.authenticator(config, users, personal),
                tokens,
                Assembly.challenges(config, access));
    }

    private static HtpasswdFile users(AuthConfig auth) throws StartException {
        try {
            return HtpasswdFile.open(auth.htpasswd());
        } catch (HtpasswdException e) {
            throw new StartException("auth.htpasswd: " + e.getMessage(), e);
        }
    }

    private static PersonalTokens personalTokens(AuthConfig auth, HtpasswdFile users) throws StartException {
        try {
            return PersonalTokens.open(auth.personalTokens(), users);
        } catch (TokenFileException e) {
            throw new StartException("auth.personal-tokens: " + e.getMessage(), e);
        }
    }

    /** What is asked of clients without (right) credentials. */
    Challenges challenges() {
        return challenges;
    }

    Gateway gateway(Backend backend, AuditTrail audit) {
        return new Gateway(tokens.authenticator(basic), challenges, access, backend, audit);
    }

    TokenEndpoint endpoint(Bodies bodies, AuditTrail audit) {
        return tokens.endpoint(basic, bodies, audit);
    }

    /** Looks at all files; for a timer. */
    void poll() {
        users.poll();
        access.poll();
        personal.poll();
        tokens.poll();
    }

    /** Reads all files anew: what is broken is told in the log, and what was in force stays. */
    void reload() {
        users.reload();
        access.reload();
        personal.reload();
        tokens.reload();
    }

    /** Keeps when tokens of robots were used last; for a timer. */
    void writeLastUses() {
        personal.writeLastUses();
    }

    @Override
    public void close() {
        basic.close();
        personal.close();
    }
}
