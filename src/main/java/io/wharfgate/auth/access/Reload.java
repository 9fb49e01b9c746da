package io.wharfgate.auth.access;

import io.wharfgate.yaml.Finding;
import java.util.List;

/** What came of looking at a file of access rules again. */
public sealed interface Reload {

    /** The file's rules are in force now. */
    record Loaded(int rules, List<Finding> warnings) implements Reload {}

    /** The file says what it said before. */
    record Unchanged() implements Reload {}

    /** Somebody seems to be writing the file: the old rules stay for now. Look again. */
    record Settling() implements Reload {}

    /** The file is gone, or cannot be read, or has mistakes: the old rules stay. */
    record Failed(List<Finding> errors) implements Reload {}
}
