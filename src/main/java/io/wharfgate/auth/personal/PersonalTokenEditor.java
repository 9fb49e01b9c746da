package io.wharfgate.auth.personal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wharfgate.files.EditLock;
import io.wharfgate.files.Ownership;
import io.wharfgate.files.RealFile;
import io.wharfgate.files.Replacement;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes and revokes tokens while a server follows the file. Each change holds a lock beside the file and replaces it as a whole;
 * owner, group and mode stay. Safe for use by any thread, with the exception that {@link EditLock} names.
 */
public final class PersonalTokenEditor {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path file;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** An editor of one file, which need not exist; its directory must. */
    public PersonalTokenEditor(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /** A new token, and its text, which is stored nowhere. */
    public record Created(PersonalToken token, Secret text) {}

    /**
     * Makes a token, and the file (mode 0600) if there is none.
     *
     * @param user its owner; whether there is such a user is the caller's question
     * @param name for people; may be empty
     * @param lifetime empty for ever
     * @throws IllegalArgumentException when name or user will not do; the message tells people why
     * @throws TokenFileException when the file cannot be read or changed
     */
    public Created create(String user, String name, TokenGrant grant, Optional<Duration> lifetime)
            throws TokenFileException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        TokenText text = TokenText.random(random);
        var token = new PersonalToken(
                text.id(), user, name, grant, now, lifetime.map(now::plus), TokenHash.of(text.whole()));
        edit(tokens -> {
            if (tokens.stream().anyMatch(other -> other.id().equals(token.id()))) {
                // Once in 2^40 tokens, for each that there is.
                throw new TokenFileException("by chance another token has the same id; try again");
            }
            List<PersonalToken> more = new ArrayList<>(tokens);
            more.add(token);
            return more;
        });
        return new Created(token, text.whole());
    }

    /**
     * Revokes tokens: they are gone from the file. All of these, or none.
     *
     * @param named by their ids; the whole text of a token will do
     * @return the ids
     * @throws TokenFileException when there is no such token, or the file cannot be changed
     */
    public Set<String> revoke(Collection<String> named) throws TokenFileException {
        Set<String> ids = named.stream().map(PersonalTokenEditor::id).collect(Collectors.toCollection(TreeSet::new));
        edit(tokens -> {
            Set<String> known = tokens.stream().map(PersonalToken::id).collect(Collectors.toSet());
            if (!known.containsAll(ids)) {
                // What is no id is not shown: it might be a secret, pasted by mistake.
                String unknown = ids.stream()
                        .filter(id -> !known.contains(id) && TokenText.isId(id))
                        .map(id -> " " + id)
                        .findFirst()
                        .orElse("");
                throw new TokenFileException(String.format(
                        "there is no token%s in %s; 'wharfgate token list' shows the ids; nothing was revoked",
                        unknown.isEmpty() ? " of that id" : unknown, file));
            }
            return tokens.stream().filter(token -> !ids.contains(token.id())).toList();
        });
        return ids;
    }

    private static String id(String named) {
        return TokenText.parse(Secret.of(named)).map(TokenText::id).orElse(named);
    }

    /**
     * The tokens, in the order in which they were made. None if there is no file.
     *
     * @throws TokenFileException when it cannot be read
     */
    public List<PersonalToken> read() throws TokenFileException {
        return TokenFileBytes.read(file);
    }

    /** When each token was last used, by its id, as far as services have written it down. */
    public Map<String, Instant> lastUses() {
        return LastUses.read(file);
    }

    /** Tokens as JSON, for other programs: without hashes, with the last use. */
    public static String json(List<PersonalToken> tokens, Map<String, Instant> lastUses) {
        return TokensJson.lines(tokens, token -> {
            ObjectNode node = TokensJson.described(token);
            Instant used = lastUses.get(token.id());
            return used == null ? node : node.put("lastUsed", used.toString());
        });
    }

    private interface Edit {
        List<PersonalToken> apply(List<PersonalToken> before) throws TokenFileException;
    }

    private void edit(Edit edit) throws TokenFileException {
        try {
            Path target = RealFile.of(file);
            new EditLock(target, PATIENCE).during(() -> {
                boolean isNew = Files.notExists(target);
                Replacement.write(target, TokensJson.write(edit.apply(TokenFileBytes.read(target))));
                if (isNew) {
                    // Root makes it, and the service, which owns the directory, has to read it.
                    Ownership.likeDirectory(target);
                }
            });
        } catch (TokenFileException e) {
            throw e;
        } catch (IOException e) {
            throw new TokenFileException(String.valueOf(e.getMessage()), e);
        }
    }
}
