package io.wharfgate.app;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.access.AccessFile;
import io.wharfgate.auth.access.InvalidRulesException;
import io.wharfgate.auth.htpasswd.HtpasswdException;
import io.wharfgate.auth.htpasswd.HtpasswdFile;
import io.wharfgate.auth.personal.PersonalTokens;
import io.wharfgate.auth.personal.TokenFileException;

/** The files in which people write who may come in, and what for. Each is followed while it changes. */
record AdmissionFiles(HtpasswdFile users, AccessFile access, PersonalTokens personalTokens) {

    /** @throws StartException when one has mistakes: nobody knows whom it was meant to keep out */
    static AdmissionFiles open(AuthConfig auth) throws StartException {
        HtpasswdFile users = users(auth);
        return new AdmissionFiles(users, access(auth, users), personalTokens(auth, users));
    }

    private static HtpasswdFile users(AuthConfig auth) throws StartException {
        try {
            return HtpasswdFile.open(auth.htpasswd());
        } catch (HtpasswdException e) {
            throw new StartException("auth.htpasswd: " + e.getMessage(), e);
        }
    }

    private static AccessFile access(AuthConfig auth, HtpasswdFile users) throws StartException {
        try {
            return AccessFile.open(
                    auth.access(), name -> users.current().find(name).isPresent());
        } catch (InvalidRulesException e) {
            throw new StartException("auth.access: the access rules have mistakes\n" + e.getMessage(), e);
        }
    }

    private static PersonalTokens personalTokens(AuthConfig auth, HtpasswdFile users) throws StartException {
        try {
            return PersonalTokens.open(auth.personalTokens(), users);
        } catch (TokenFileException e) {
            throw new StartException("auth.personal-tokens: " + e.getMessage(), e);
        }
    }
}
