package io.wharfgate.auth.htpasswd;

import java.util.List;

/** What came of looking at a password file again. */
public sealed interface Reload {

    /** Other users are in force now. */
    record Loaded(int users, List<LineProblem> problems) implements Reload {}

    /** The file says what it said before. */
    record Unchanged() implements Reload {}

    /** Somebody seems to be writing the file: the old users stay for now. Look again. */
    record Settling() implements Reload {}

    /** The file is gone, unreadable or no password file: the old users stay. The reason names the file and what to do. */
    record Failed(String reason) implements Reload {}
}
