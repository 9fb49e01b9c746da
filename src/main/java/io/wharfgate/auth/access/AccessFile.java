package io.wharfgate.auth.access;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.files.Adoptions;
import io.wharfgate.yaml.FileLook;
import io.wharfgate.yaml.Finding;
import io.wharfgate.yaml.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of access rules that is followed while it changes. The rules are swapped as a whole. As long as there has been no file,
 * every user may do everything, and nobody else anything; once there was one, nothing but other rules takes its rules out of
 * force: a file that turns bad, or vanishes, changes nothing but the log.
 *
 * <p>{@link #poll} is for a timer: a second or so apart, on a thread that may read the disk. It takes a change only when it finds
 * it the same twice, because many editors write in place, and half a file may be one with fewer rules. {@link #reload} is for a
 * signal: it takes what it finds. Safe for use by any thread.
 */
public final class AccessFile implements AccessPolicy {

    private static final Logger LOG = LoggerFactory.getLogger(AccessFile.class);

    private final Path path;
    private final Predicate<String> knownUser;
    private final Adoptions adoptions = new Adoptions(Clock.systemUTC());
    private volatile AccessPolicy current = AccessPolicy.everyUser();

    /** What was looked into last, whatever came of it. */
    private FileLook taken;

    /** What the last look saw. */
    private FileLook seen;

    private Reload outcome = new Reload.Unchanged();

    private AccessFile(Path path, Predicate<String> knownUser, FileLook look) {
        this.path = path;
        this.knownUser = knownUser;
        this.taken = look;
        this.seen = look;
    }

    /**
     * Reads a file for the first time. It need not be there.
     *
     * @param knownUser whether there is such a user; a rule for another one is a warning in the log
     * @throws InvalidRulesException when it is there, and cannot be read or has mistakes
     */
    public static AccessFile open(Path path, Predicate<String> knownUser) throws InvalidRulesException {
        FileLook look = FileLook.at(path, AccessText.KIND);
        var file = new AccessFile(path, knownUser, look);
        if (file.take(look) instanceof Reload.Failed failed) {
            throw new InvalidRulesException(failed.errors());
        }
        if (look.missing()) {
            LOG.info("access_none path={} effect=\"every user may do everything, and nobody else anything\"", path);
        }
        return file;
    }

    @Override
    public Decision decide(Identity identity, Access access) {
        return current.decide(identity, access);
    }

    @Override
    public boolean admitsAnonymous() {
        return current.admitsAnonymous();
    }

    /** How often it was taken into force. */
    public Adoptions adoptions() {
        return adoptions;
    }

    /** Reads the file if it has changed since, and is not just being written. */
    public synchronized Reload poll() {
        FileLook now = FileLook.at(path, AccessText.KIND);
        boolean settled = now.equals(seen);
        seen = now;
        if (now.equals(taken)) {
            return new Reload.Unchanged();
        }
        return settled ? takeAndTell(now) : new Reload.Settling();
    }

    /** Reads the file now. Mistakes that were told already are told again: somebody asked. */
    public synchronized Reload reload() {
        seen = FileLook.at(path, AccessText.KIND);
        boolean known = seen.equals(taken) && !(outcome instanceof Reload.Failed);
        return known ? new Reload.Unchanged() : takeAndTell(seen);
    }

    /**
     * Looks whether {@link #reload} would take what is there now; changes nothing.
     *
     * @throws InvalidRulesException when it would not
     */
    public void check() throws InvalidRulesException {
        mayFollow(path);
        AccessContents contents = AccessContents.read(path, knownUser);
        if (!contents.errors().isEmpty()) {
            throw new InvalidRulesException(contents.errors());
        }
    }

    /**
     * Looks whether the rules may come from another file from now on. Where there are some in force, one that is missing may not
     * take their place: everything would be open to every user, for a mistyped name.
     *
     * @throws InvalidRulesException when they may not
     */
    public void mayFollow(Path other) throws InvalidRulesException {
        if (current instanceof Rules && Files.notExists(other)) {
            throw new InvalidRulesException(List.of(other.equals(path) ? gone() : missing(other)));
        }
    }

    private Reload takeAndTell(FileLook look) {
        outcome = take(look);
        if (outcome instanceof Reload.Loaded) {
            adoptions.adopt();
        } else if (outcome instanceof Reload.Failed) {
            adoptions.refuse();
        }
        if (outcome instanceof Reload.Failed failed) {
            failed.errors().forEach(error -> LOG.error("access_refused {}", error));
            LOG.error("access_refused path={} effect=\"what was in force before stays in force\"", path);
        }
        return outcome;
    }

    private Reload take(FileLook look) {
        taken = look;
        if (look.missing()) {
            return current instanceof Rules ? new Reload.Failed(List.of(gone())) : new Reload.Unchanged();
        }
        AccessContents contents = AccessContents.of(look, path, knownUser);
        if (contents.rules().isEmpty()) {
            return new Reload.Failed(contents.errors());
        }
        Rules rules = contents.rules().get();
        current = rules;
        contents.warnings().forEach(warning -> LOG.warn("access_rule {}", warning));
        LOG.info("access_loaded path={} rules={} anonymous={}", path, rules.size(), rules.admitsAnonymous());
        return new Reload.Loaded(rules.size(), contents.warnings());
    }

    private Finding gone() {
        return new Finding(
                new Origin.WholeFile(path.toString()),
                "",
                "is gone; put it back, or start the service anew to let every user do everything");
    }

    private static Finding missing(Path other) {
        return new Finding(
                new Origin.WholeFile(other.toString()),
                "",
                "is not there; write the rules into it, or start the service anew to let every user do everything");
    }
}
