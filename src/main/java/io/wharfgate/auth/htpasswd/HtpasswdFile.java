package io.wharfgate.auth.htpasswd;

import io.wharfgate.auth.UserStore;
import io.wharfgate.files.Adoptions;
import io.wharfgate.files.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A password file that is followed while it changes. Its users are swapped as a whole: a request sees the old ones or the new
 * ones. A file that turns bad changes nothing but the log; the users read last stay in force.
 *
 * <p>{@link #poll} is for a timer: a second or so apart, on a thread that may read the disk. It takes a changed file only
 * when it finds it the same twice, because Apache's tool and most editors write in place, and half a file looks like one with
 * fewer users. {@link #reload} is for a signal: it looks at once. Safe for use by any thread.
 */
public final class HtpasswdFile implements UserStore {

    private static final Logger LOG = LoggerFactory.getLogger(HtpasswdFile.class);

    private final Path path;
    private final FileWatch watch;
    private final Adoptions adoptions;
    private volatile HtpasswdContents contents;

    private Optional<String> reported = Optional.empty();

    private HtpasswdFile(Path path, Clock clock, HtpasswdContents contents) {
        this.path = path;
        this.watch = new FileWatch(path, clock);
        this.adoptions = new Adoptions(clock);
        this.contents = contents;
    }

    /**
     * Reads a file for the first time. A file without users is fine.
     *
     * @throws HtpasswdException when it cannot be read, or has lines and none of them is any good
     */
    public static HtpasswdFile open(Path path) throws HtpasswdException {
        return open(path, Clock.systemUTC());
    }

    static HtpasswdFile open(Path path, Clock clock) throws HtpasswdException {
        HtpasswdContents contents = read(path);
        var file = new HtpasswdFile(path, clock, contents);
        // What came in between the reading and this look is read by the next poll: nothing is taken as loaded here.
        file.log(contents);
        return file;
    }

    public Path path() {
        return path;
    }

    @Override
    public HtpasswdUsers current() {
        return contents.users();
    }

    /** The users in force, and what is wrong with the file that they came from. */
    public HtpasswdContents contents() {
        return contents;
    }

    /** How often it was taken into force. */
    public Adoptions adoptions() {
        return adoptions;
    }

    /** Reads the file if it has changed since, and is not just being written. */
    public synchronized Reload poll() {
        return switch (watch.look()) {
            case UNCHANGED -> new Reload.Unchanged();
            case SETTLING -> new Reload.Settling();
            case CHANGED, MISSING -> reload();
        };
    }

    /**
     * Looks whether {@link #reload} would take what is there now; changes nothing.
     *
     * @throws HtpasswdException when it would not
     */
    public void check() throws HtpasswdException {
        HtpasswdContents unused = read(path);
    }

    /** Reads the file now. */
    public synchronized Reload reload() {
        Optional<HtpasswdContents> whole;
        try {
            whole = watch.read(() -> parse(path));
        } catch (IOException e) {
            return fail(String.valueOf(e.getMessage()));
        }
        if (whole.isEmpty()) {
            return new Reload.Settling();
        }
        HtpasswdContents read = whole.get();
        if (read.unusable()) {
            return fail(unusable(path, read));
        }
        reported = Optional.empty();
        if (read.users().equals(contents.users()) && read.problems().equals(contents.problems())) {
            adoptions.same();
            return new Reload.Unchanged();
        }
        contents = read;
        adoptions.adopt();
        log(read);
        return new Reload.Loaded(read.users().size(), read.problems());
    }

    private Reload fail(String reason) {
        if (!reported.equals(Optional.of(reason))) {
            reported = Optional.of(reason);
            adoptions.refuse();
            LOG.error(
                    "htpasswd_refused users_in_force={} reason={}",
                    contents.users().size(),
                    reason);
        }
        return new Reload.Failed(reason);
    }

    private void log(HtpasswdContents read) {
        read.problems()
                .forEach(problem -> LOG.warn(
                        "htpasswd_line path={} line={} used={} reason={}",
                        path,
                        problem.line(),
                        !problem.refused(),
                        problem.text()));
        LOG.info("htpasswd_loaded path={} users={}", path, read.users().size());
        if (read.users().size() == 0) {
            LOG.warn("htpasswd_empty path={} reason=\"nobody can log in; add a user with 'wharfgate user add'\"", path);
        }
    }

    private static HtpasswdContents parse(Path path) throws HtpasswdException {
        return HtpasswdContents.parse(PasswordFileBytes.read(path));
    }

    private static HtpasswdContents read(Path path) throws HtpasswdException {
        HtpasswdContents contents = parse(path);
        if (contents.unusable()) {
            throw new HtpasswdException(unusable(path, contents));
        }
        return contents;
    }

    private static String unusable(Path path, HtpasswdContents contents) {
        return "no line of " + path + " can be used; " + contents.problems().get(0);
    }
}
