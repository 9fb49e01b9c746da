package io.wharfgate.cli;

import io.wharfgate.auth.htpasswd.HtpasswdContents;
import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.auth.htpasswd.HtpasswdException;
import io.wharfgate.auth.htpasswd.HtpasswdUsers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether there is such a user. Where the password file cannot be read, that is not known, and nobody is missed. */
final class KnownUsers implements Predicate<String> {

    private final Path file;
    private final Optional<HtpasswdUsers> users;

    KnownUsers(Path file) {
        this.file = file;
        this.users = read(file);
    }

    private static Optional<HtpasswdUsers> read(Path file) {
        try {
            return Optional.of(new HtpasswdEditor(file).read()).map(HtpasswdContents::users);
        } catch (HtpasswdException e) {
            return Optional.empty();
        }
    }

    Path file() {
        return file;
    }

    @Override
    public boolean test(String user) {
        return users.map(known -> known.find(user).isPresent()).orElse(true);
    }
}
