package io.wharfgate.auth.htpasswd;

import io.wharfgate.auth.StoredPassword;
import io.wharfgate.files.EditLock;
import io.wharfgate.files.RealFile;
import io.wharfgate.files.Replacement;
import io.wharfgate.oci.VisibleText;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * Changes a password file while a server reads it, and while others change it. Comments, blank lines, the order, line ends,
 * owner, group and mode stay as they are. A symbolic link stays one: the file that it leads to is replaced. Passwords are
 * stored as bcrypt.
 *
 * <p>Each change holds a lock beside the file, so that two at once both count. Safe for use by any thread; but let no process
 * edit one file on several threads while other processes do: Linux gives up all of a process's locks on a file when it closes
 * any of its channels to it.
 */
public final class HtpasswdEditor {

    /** About 0.1 s for each first login. */
    public static final int DEFAULT_COST = 10;

    /** Apache goes down to 4, which is too weak to be written any more. */
    public static final int LOWEST_COST = 5;

    /** The highest that the service accepts. Apache goes to 17, where a login takes ten seconds. */
    public static final int HIGHEST_COST = BcryptHash.HIGHEST_COST;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path file;
    private final Duration patience;
    private final SecureRandom random = new SecureRandom();

    /** An editor that waits ten seconds for others who change the file. */
    public HtpasswdEditor(Path file) {
        this(file, PATIENCE);
    }

    /**
     * An editor of one file.
     *
     * @param file need not exist; its directory must
     * @param patience how long to wait for others who change the file
     */
    public HtpasswdEditor(Path file, Duration patience) {
        this.file = file;
        this.patience = patience;
    }

    /**
     * Adds a user at the end, and makes the file (mode 0600) if there is none.
     *
     * @param cost of bcrypt, from {@link #LOWEST_COST} to {@link #HIGHEST_COST}
     * @throws IllegalArgumentException when name, password or cost will not do; the message tells people why
     * @throws HtpasswdException when there is such a user, or the file cannot be changed
     */
    public void add(String user, Secret password, int cost) throws HtpasswdException {
        String hash = hash(user, password, cost);
        edit((before, lines) -> {
            requireNew(user, lines);
            HtpasswdContents contents = HtpasswdContents.parse(before);
            if (contents.unusable()) {
                throw new HtpasswdException(String.format(
                        "no line of %s can be used, so it is left alone in case it is no password file (%s)",
                        file, contents.problems().get(0)));
            }
            lines.append(user, hash);
        });
    }

    /**
     * Gives a user another password, in the place where he stands. Further lines of the same user, which never counted, go.
     *
     * @param cost of bcrypt, from {@link #LOWEST_COST} to {@link #HIGHEST_COST}
     * @throws IllegalArgumentException when name, password or cost will not do; the message tells people why
     * @throws HtpasswdException when there is no such user, or the file cannot be changed
     */
    public void changePassword(String user, Secret password, int cost) throws HtpasswdException {
        String hash = hash(user, password, cost);
        edit((before, lines) -> {
            requireKnown(user, lines);
            lines.replace(user, hash);
        });
    }

    /**
     * Removes all lines of a user.
     *
     * @throws HtpasswdException when there is no such user, or the file cannot be changed
     */
    public void remove(String user) throws HtpasswdException {
        edit((before, lines) -> {
            requireKnown(user, lines);
            lines.remove(user);
        });
    }

    /**
     * Fails as {@link #add} would for a user who is there already. For asking before somebody types a password; it is {@code add}
     * that decides.
     */
    public void checkNew(String user) throws HtpasswdException {
        if (Files.exists(file)) {
            requireNew(user, new EditableLines(PasswordFileBytes.read(file)));
        }
    }

    /** Fails as {@link #changePassword} would for a user who is not there. */
    public void checkKnown(String user) throws HtpasswdException {
        requireKnown(user, new EditableLines(PasswordFileBytes.read(file)));
    }

    /**
     * What the file says now.
     *
     * @throws HtpasswdException when it cannot be read
     */
    public HtpasswdContents read() throws HtpasswdException {
        return HtpasswdContents.parse(PasswordFileBytes.read(file));
    }

    /**
     * Whether the service would let this user in with this password.
     *
     * @throws HtpasswdException when the file cannot be read, or has no line of this user that can be used
     */
    public boolean check(String user, Secret password) throws HtpasswdException {
        byte[] bytes = PasswordFileBytes.read(file);
        HtpasswdContents contents = HtpasswdContents.parse(bytes);
        Optional<StoredPassword> stored = contents.users().find(user);
        if (stored.isPresent()) {
            return stored.get().matches(password);
        }
        var lines = new EditableLines(bytes);
        requireKnown(user, lines);
        int line = lines.lineOf(user).orElseThrow();
        throw new HtpasswdException(String.format(
                "user %s cannot log in with what %s has in line %d%s",
                VisibleText.quote(user),
                file,
                line,
                contents.problemOf(line).map(text -> ": " + text).orElse("")));
    }

    /** What is wrong with a cost for a new password; empty when nothing is. */
    public static Optional<String> problemOfCost(int cost) {
        return cost >= LOWEST_COST && cost <= HIGHEST_COST
                ? Optional.empty()
                : Optional.of("the cost of bcrypt is " + LOWEST_COST + " to " + HIGHEST_COST + ", not " + cost);
    }

    private interface Edit {
        void apply(byte[] before, EditableLines lines) throws HtpasswdException;
    }

    private void edit(Edit edit) throws HtpasswdException {
        try {
            Path target = RealFile.of(file);
            new EditLock(target, patience).during(() -> {
                byte[] before = Files.exists(target) ? PasswordFileBytes.read(target) : new byte[0];
                var lines = new EditableLines(before);
                edit.apply(before, lines);
                Replacement.write(target, lines.join());
            });
        } catch (HtpasswdException e) {
            throw e;
        } catch (IOException e) {
            throw new HtpasswdException(String.valueOf(e.getMessage()), e);
        }
    }

    private void requireNew(String user, EditableLines lines) throws HtpasswdException {
        if (lines.lineOf(user).isPresent()) {
            throw new HtpasswdException(String.format(
                    "user %s is in %s already; change the password with 'wharfgate user passwd'",
                    VisibleText.quote(user), file));
        }
    }

    private void requireKnown(String user, EditableLines lines) throws HtpasswdException {
        if (lines.lineOf(user).isEmpty()) {
            throw new HtpasswdException(String.format(
                    "there is no user %s in %s; 'wharfgate user list' shows who there is",
                    VisibleText.quote(user), file));
        }
    }

    private String hash(String user, Secret password, int cost) {
        UserName.problem(user)
                .or(() -> NewPassword.problem(password))
                .or(() -> problemOfCost(cost))
                .ifPresent(problem -> {
                    throw new IllegalArgumentException(problem);
                });
        return BcryptHash.of(password, cost, random).text();
    }
}
