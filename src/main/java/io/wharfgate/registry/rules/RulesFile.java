package io.wharfgate.registry.rules;

import io.wharfgate.files.Adoptions;
import io.wharfgate.yaml.FileLook;
import io.wharfgate.yaml.Finding;
import io.wharfgate.yaml.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of storage rules, followed while it changes; it need not be there. The rules are swapped as a whole, and once there
 * was a file nothing but other rules takes its rules out of force: a file that turns bad, or vanishes, changes nothing but the
 * log.
 *
 * <p>{@link #poll} is for a timer, on a thread that may read the disk. It takes a change only when it finds it the same twice,
 * because many editors write in place, and half a file may be one with fewer rules. Safe for use by any thread.
 */
public final class RulesFile {

    private static final Logger LOG = LoggerFactory.getLogger(RulesFile.class);

    private final Path path;
    private final Adoptions adoptions = new Adoptions(Clock.systemUTC());
    private volatile Rules current = Rules.NONE;

    /** What was looked into last, whatever came of it. */
    private FileLook taken;

    /** What the last look saw. */
    private FileLook seen;

    private RulesFile(Path path, FileLook look) {
        this.path = path;
        this.taken = look;
        this.seen = look;
    }

    /**
     * Reads the file, which need not be there.
     *
     * @throws InvalidRulesException when it is there, and cannot be read or has mistakes
     */
    public static RulesFile open(Path path) throws InvalidRulesException {
        FileLook look = FileLook.at(path, RulesText.KIND);
        var file = new RulesFile(path, look);
        List<Finding> errors = file.take(look);
        if (!errors.isEmpty()) {
            throw new InvalidRulesException(errors);
        }
        return file;
    }

    /** The mistakes of a file, without taking it into force; none when there is no file. */
    public static List<Finding> errors(Path path) {
        return RulesContents.of(FileLook.at(path, RulesText.KIND), path).errors();
    }

    /** How often it was taken into force. */
    Adoptions adoptions() {
        return adoptions;
    }

    Rules current() {
        return current;
    }

    /** Reads the file if it has changed since, and is not just being written. Says whether there are other rules now. */
    public synchronized boolean poll() {
        FileLook now = FileLook.at(path, RulesText.KIND);
        boolean settled = now.equals(seen);
        seen = now;
        return settled && !now.equals(taken) && takeAndTell(now);
    }

    /**
     * The same file, or another, read now. This one stays as it is.
     *
     * @throws InvalidRulesException when it has mistakes; or is gone, and had rules
     */
    public RulesFile reopened(Path other) throws InvalidRulesException {
        RulesFile next = open(other);
        if (other.equals(path) && !current.equals(Rules.NONE) && Files.notExists(path)) {
            throw new InvalidRulesException(gone());
        }
        return next;
    }

    private boolean takeAndTell(FileLook look) {
        List<Finding> errors = take(look);
        if (errors.isEmpty()) {
            adoptions.adopt();
        } else {
            adoptions.refuse();
        }
        errors.forEach(error -> LOG.error("storage_rules_refused {}", error));
        if (!errors.isEmpty()) {
            LOG.error("storage_rules_refused path={} effect=\"what was in force before stays in force\"", path);
        }
        return errors.isEmpty();
    }

    private List<Finding> take(FileLook look) {
        taken = look;
        return look.missing() ? gone() : load(RulesContents.of(look, path));
    }

    private List<Finding> load(RulesContents contents) {
        Optional<Rules> rules = contents.rules();
        if (rules.isEmpty()) {
            return contents.errors();
        }
        current = rules.get();
        contents.warnings().forEach(warning -> LOG.warn("storage_rule {}", warning));
        LOG.info(
                "storage_rules_loaded path={} retention={} immutable={} quotas={}",
                path,
                current.retention().size(),
                current.immutable().size(),
                current.quotas().size());
        return List.of();
    }

    private List<Finding> gone() {
        if (current.equals(Rules.NONE)) {
            return List.of();
        }
        return List.of(new Finding(
                new Origin.WholeFile(path.toString()),
                "",
                "is gone; put it back, or one without rules in its place (\"quotas: []\")"));
    }
}
