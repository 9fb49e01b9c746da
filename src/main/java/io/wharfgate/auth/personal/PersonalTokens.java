package io.wharfgate.auth.personal;

import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.PasswordTokens;
import io.wharfgate.auth.PersonalTokenReach;
import io.wharfgate.auth.Reach;
import io.wharfgate.auth.UserStore;
import io.wharfgate.files.Adoptions;
import io.wharfgate.files.FileWatch;
import io.wharfgate.oci.VisibleText;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens in force: those of a file that is followed while it changes. They are swapped as a whole. A file that turns bad
 * changes nothing but the log; one that is gone is no bad one, it has no tokens.
 *
 * <p>{@link #check} and {@link #reach} are for any thread and never wait. {@link #poll}, {@link #reload} and
 * {@link #writeLastUses} are for timers and signals: they read and write the disk. A token is dead while its owner is no user.
 * Close it after the last request: that writes down the last uses.
 */
public final class PersonalTokens implements PasswordTokens, PersonalTokenReach, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PersonalTokens.class);

    private final Path path;
    private final UserStore users;
    private final Clock clock;
    private final FileWatch watch;
    private final Adoptions adoptions;
    private final LastUses uses;
    private volatile Map<String, PersonalToken> tokens;

    private boolean missed;
    private boolean unwritable;
    private Optional<String> reported = Optional.empty();

    private PersonalTokens(Path path, UserStore users, Clock clock, List<PersonalToken> tokens) {
        this.path = path;
        this.users = users;
        this.clock = clock;
        this.watch = new FileWatch(path, clock);
        this.adoptions = new Adoptions(clock);
        this.uses = new LastUses(path);
        this.tokens = byId(tokens);
    }

    /**
     * Reads a file for the first time; it need not exist.
     *
     * @throws TokenFileException when it cannot be read, or is broken
     */
    public static PersonalTokens open(Path path, UserStore users) throws TokenFileException {
        return open(path, users, Clock.systemUTC());
    }

    static PersonalTokens open(Path path, UserStore users, Clock clock) throws TokenFileException {
        var tokens = new PersonalTokens(path, users, clock, TokenFileBytes.read(path));
        LOG.info("personal_tokens_loaded path={} tokens={}", path, tokens.tokens.size());
        return tokens;
    }

    @Override
    public Answer check(String user, Secret password) {
        Optional<TokenText> text = TokenText.parse(password);
        if (text.isEmpty()) {
            return new Answer.NoToken();
        }
        String named = "personal token " + text.get().id();
        PersonalToken token = tokens.get(text.get().id());
        if (token == null) {
            return new Answer.Unknown("there is no " + named);
        }
        if (!token.hash().matches(password)) {
            return new Answer.Unknown("wrong secret of " + named);
        }
        if (!token.user().equals(user)) {
            return new Answer.Unknown(named + " was sent with the name of another user, " + VisibleText.quote(user));
        }
        if (token.expired(clock.instant())) {
            return new Answer.Dead(named + " has expired");
        }
        if (ownerIsGone(token)) {
            return new Answer.Dead("the owner of " + named + ", " + VisibleText.quote(user) + ", is no user any more");
        }
        uses.note(token.id(), clock.instant());
        return new Answer.Good(new Login(
                new Identity.User(user),
                new Credential.PersonalToken(token.id()),
                token.grant().reach(user)));
    }

    @Override
    public Optional<Reach> reach(String id, String user) {
        PersonalToken token = tokens.get(id);
        return token == null || !token.user().equals(user) || token.expired(clock.instant()) || ownerIsGone(token)
                ? Optional.empty()
                : Optional.of(token.grant().reach(user));
    }

    private boolean ownerIsGone(PersonalToken token) {
        return users.current().find(token.user()).isEmpty();
    }

    /** How often it was taken into force. */
    public Adoptions adoptions() {
        return adoptions;
    }

    /** Reads the file if it has changed since, and is not just being written. */
    public synchronized void poll() {
        FileWatch.Sight sight = watch.look();
        // Some editors delete a file before they write it anew.
        boolean gone = sight == FileWatch.Sight.MISSING && missed;
        missed = sight == FileWatch.Sight.MISSING;
        if (sight == FileWatch.Sight.CHANGED || (gone && !tokens.isEmpty())) {
            reload();
        }
    }

    /**
     * Looks whether {@link #reload} would take what is there now; changes nothing.
     *
     * @throws TokenFileException when it would not
     */
    public void check() throws TokenFileException {
        List<PersonalToken> unused = TokenFileBytes.read(path);
    }

    /** Reads the file now. */
    public synchronized void reload() {
        try {
            Optional<List<PersonalToken>> whole = watch.read(() -> TokenFileBytes.read(path));
            if (whole.isPresent()) {
                adopt(whole.get());
            } else if (Files.notExists(path)) {
                adopt(List.of());
            }
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reported.equals(Optional.of(reason))) {
                reported = Optional.of(reason);
                adoptions.refuse();
                LOG.error("personal_tokens_refused tokens_in_force={} reason={}", tokens.size(), reason);
            }
        }
    }

    private void adopt(List<PersonalToken> read) {
        reported = Optional.empty();
        Map<String, PersonalToken> now = byId(read);
        if (!now.equals(tokens)) {
            tokens = now;
            adoptions.adopt();
            LOG.info("personal_tokens_loaded path={} tokens={}", path, now.size());
        } else {
            adoptions.same();
        }
    }

    /** Writes down which tokens were used since the last time: for a timer, a minute apart. */
    public void writeLastUses() {
        try {
            uses.write(tokens.keySet());
            unwritable = false;
        } catch (IOException e) {
            if (!unwritable) {
                unwritable = true;
                LOG.warn("last uses of personal tokens cannot be kept: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        writeLastUses();
    }

    private static Map<String, PersonalToken> byId(List<PersonalToken> tokens) {
        return tokens.stream().collect(Collectors.toUnmodifiableMap(PersonalToken::id, Function.identity()));
    }
}
