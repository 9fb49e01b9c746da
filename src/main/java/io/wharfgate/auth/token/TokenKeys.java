package io.wharfgate.auth.token;

import io.wharfgate.files.Adoptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that tokens are signed with, in one file that several instances may share. Made at the first start, and followed
 * while it changes: a file that turns bad changes nothing but the log. Every ninety days a new key is added; an old one goes
 * when nothing that it signed can be good any more.
 *
 * <p>{@link #poll} and {@link #reload} are for a timer and a signal, on a thread that may read the disk. Thread-safe.
 */
public final class TokenKeys {

    private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);
    private static final Duration ROTATION = Duration.ofDays(90);

    /** Anybody can name keys that do not exist: they cost the disk one look in this time, at most. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);

    private final KeyFile file;
    private final Duration longest;
    private final Clock clock;
    private final Executor disk;
    private final Adoptions adoptions;
    private final Object looking = new Object();
    private volatile KeySet current;
    private final Set<String> reported = new HashSet<>();
    private boolean seen;
    private CompletableFuture<KeySet> look;
    private Instant looked = Instant.MIN;

    private TokenKeys(KeyFile file, KeySet keys, Duration longest, Clock clock, Executor disk) {
        this.file = file;
        this.current = keys;
        this.longest = longest;
        this.clock = clock;
        this.disk = disk;
        this.adoptions = new Adoptions(clock);
        this.look = CompletableFuture.completedFuture(keys);
    }

    /**
     * Reads the keys, or makes them if there is no such file. Where none can be made, they live as long as the process.
     *
     * @param longest how long a token of any kind may be good
     * @param disk runs what reads the file once more for a key that is not known
     * @throws TokenKeysException when there is a file that cannot be used; it is never overwritten
     */
    public static TokenKeys open(Path path, Duration longest, Clock clock, Executor disk) throws TokenKeysException {
        KeyFile file = new KeyFile(path);
        KeySet keys;
        try {
            Optional<KeySet> found = read(file);
            keys = found.isPresent() ? found.get() : make(file, clock.instant());
        } catch (IOException e) {
            throw new TokenKeysException(
                    path + " cannot be read: " + e.getClass().getSimpleName(), e);
        } catch (TokenKeysException e) {
            throw new TokenKeysException(
                    path + " " + e.getMessage() + "; put it back, or remove it for new keys: all tokens end then", e);
        }
        if (file.readableByAll()) {
            LOG.warn(
                    "token_keys_readable path={} reason=\"every user of this machine can read the keys; chmod 600\"",
                    path);
        }
        return new TokenKeys(file, keys, longest, clock, disk);
    }

    private static KeySet make(KeyFile file, Instant now) throws IOException, TokenKeysException {
        KeySet made = KeySet.generate(now);
        try {
            if (file.create(made.json())) {
                LOG.info(
                        "token_keys_made path={} kid={}",
                        file.path(),
                        made.signer(now).id());
                return made;
            }
        } catch (IOException e) {
            LOG.warn(
                    "token_keys_not_kept path={} reason={}: all tokens end with this process, and no other instance takes"
                            + " them",
                    file.path(),
                    e.toString());
            return made;
        }
        // Somebody else was faster.
        return read(file).orElse(made);
    }

    private static Optional<KeySet> read(KeyFile file) throws IOException, TokenKeysException {
        Optional<byte[]> bytes = file.read();
        return bytes.isPresent() ? Optional.of(KeySet.parse(bytes.get())) : Optional.empty();
    }

    /** How often they were taken into force. */
    public Adoptions adoptions() {
        return adoptions;
    }

    KeySet current() {
        return current;
    }

    /** Reads the file, and adds a key when it is time. */
    public synchronized void poll() {
        reload();
        if (seen && due(current)) {
            rotate();
        }
    }

    /**
     * Looks whether {@link #reload} would take what is there now; changes nothing.
     *
     * @throws TokenKeysException when it would not
     */
    public synchronized void check() throws TokenKeysException {
        try {
            if (read(file).isEmpty() && seen) {
                throw new TokenKeysException("is gone");
            }
        } catch (IOException e) {
            throw new TokenKeysException("cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    /** Reads the file. */
    public synchronized void reload() {
        try {
            Optional<KeySet> read = read(file);
            if (read.isPresent()) {
                seen = true;
                adopt(read.get());
            } else if (seen) {
                report("is gone");
            }
        } catch (IOException e) {
            report("cannot be read: " + e.getClass().getSimpleName());
        } catch (TokenKeysException e) {
            report(String.valueOf(e.getMessage()));
        }
    }

    private void adopt(KeySet read) {
        if (!read.sameAs(current)) {
            current = read;
            reported.clear();
            adoptions.adopt();
            LOG.info("token_keys_loaded path={} keys={}", file.path(), read.size());
        } else {
            adoptions.same();
        }
    }

    private boolean due(KeySet keys) {
        return !keys.newest().plus(ROTATION).isAfter(clock.instant());
    }

    /** Unless another instance was faster: whether it is time is asked again of what is in the file. */
    private void rotate() {
        try {
            boolean done = file.replace(content -> {
                KeySet before = KeySet.parse(content);
                return due(before)
                        ? Optional.of(before.rotated(clock.instant(), longest).json())
                        : Optional.empty();
            });
            if (done) {
                LOG.info("token_keys_rotated path={}", file.path());
            }
            reload();
        } catch (IOException e) {
            report("cannot be given a new key: " + e.getClass().getSimpleName());
        } catch (TokenKeysException e) {
            report(String.valueOf(e.getMessage()));
        }
    }

    /** Once, until there are other keys: the timer comes every few seconds. */
    private void report(String reason) {
        if (adoptions.inForce()) {
            adoptions.refuse();
        }
        if (reported.add(reason)) {
            LOG.error("token_keys_refused path={} keys_in_force={} reason={}", file.path(), current.size(), reason);
        }
    }

    /**
     * The keys after one more look at the file, for a token whose key is not known: another instance may have made it just
     * now. Completes on the disk's thread, or at once where the last look was just before.
     */
    CompletionStage<KeySet> lookAgain() {
        synchronized (looking) {
            Instant now = clock.instant();
            if (look.isDone() && !looked.plus(BETWEEN_LOOKS).isAfter(now)) {
                looked = now;
                look = CompletableFuture.supplyAsync(
                        () -> {
                            reload();
                            return current;
                        },
                        disk);
            }
            return look.isDone() ? CompletableFuture.completedStage(current) : look;
        }
    }
}
