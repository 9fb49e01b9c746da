package io.wharfgate.app;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.access.AccessFile;
import io.wharfgate.auth.access.InvalidRulesException;
import io.wharfgate.auth.htpasswd.HtpasswdException;
import io.wharfgate.auth.htpasswd.HtpasswdFile;
import io.wharfgate.auth.personal.PersonalTokens;
import io.wharfgate.auth.personal.TokenFileException;

/**
 * The files in which people write who may come in, and what for. Each is followed while it changes. Thread-safe; close it after
 * the last request.
 */
record AdmissionFiles(HtpasswdFile users, AccessFile access, PersonalTokens personalTokens) implements AutoCloseable {

    /** @throws StartException when one has mistakes: nobody knows whom it was meant to keep out */
    static AdmissionFiles open(AuthConfig auth) throws StartException {
        HtpasswdFile users = users(auth);
        return new AdmissionFiles(users, access(auth, users), personalTokens(auth, users));
    }

    /**
     * Looks whether rules in force would go on with other files.
     *
     * @throws StartException when the file of rules that is named is missing
     */
    void requireRules(AuthConfig next) throws StartException {
        try {
            access.mayFollow(next.access());
        } catch (InvalidRulesException e) {
            throw invalid(e);
        }
    }

    /**
     * Looks whether {@link #reload} would take what is there now.
     *
     * @throws StartException when it would not, with a line for each mistake
     */
    void check() throws StartException {
        var mistakes = new Mistakes();
        mistakes.note(() -> {
            try {
                users.check();
            } catch (HtpasswdException e) {
                throw invalid(e);
            }
        });
        mistakes.note(() -> {
            try {
                access.check();
            } catch (InvalidRulesException e) {
                throw invalid(e);
            }
        });
        mistakes.note(() -> {
            try {
                personalTokens.check();
            } catch (TokenFileException e) {
                throw invalid(e);
            }
        });
        mistakes.throwIfAny();
    }

    /** Reads all of them anew: what is broken is told in the log, and what was in force stays. */
    void reload() {
        users.reload();
        access.reload();
        personalTokens.reload();
    }

    /** Looks at all of them; for a timer. */
    void poll() {
        users.poll();
        access.poll();
        personalTokens.poll();
    }

    @Override
    public void close() {
        personalTokens.close();
    }

    private static StartException invalid(HtpasswdException e) {
        return new StartException("auth.htpasswd: " + e.getMessage(), e);
    }

    private static StartException invalid(InvalidRulesException e) {
        return new StartException("auth.access: the access rules have mistakes\n" + e.getMessage(), e);
    }

    private static StartException invalid(TokenFileException e) {
        return new StartException("auth.personal-tokens: " + e.getMessage(), e);
    }

    private static HtpasswdFile users(AuthConfig auth) throws StartException {
        try {
            return HtpasswdFile.open(auth.htpasswd());
        } catch (HtpasswdException e) {
            throw invalid(e);
        }
    }

    private static AccessFile access(AuthConfig auth, HtpasswdFile users) throws StartException {
        try {
            return AccessFile.open(
                    auth.access(), name -> users.current().find(name).isPresent());
        } catch (InvalidRulesException e) {
            throw invalid(e);
        }
    }

    private static PersonalTokens personalTokens(AuthConfig auth, HtpasswdFile users) throws StartException {
        try {
            return PersonalTokens.open(auth.personalTokens(), users);
        } catch (TokenFileException e) {
            throw invalid(e);
        }
    }
}
