package io.wharfgate.auth.access;

import io.wharfgate.yaml.FileLook;
import io.wharfgate.yaml.Finding;
import io.wharfgate.yaml.Origin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A file of access rules, read. With one mistake there are no rules at all: what is left of them would be others than were
 * meant.
 *
 * @param rules empty when there are errors, or no file
 * @param missing whether there is no file
 * @param errors all mistakes, from top to bottom
 * @param warnings what is not a mistake but worth knowing
 */
public record AccessContents(Optional<Rules> rules, boolean missing, List<Finding> errors, List<Finding> warnings) {

    /**
     * Reads a file. Never throws.
     *
     * @param knownUser whether there is such a user; a rule for another one is a warning
     */
    public static AccessContents read(Path path, Predicate<String> knownUser) {
        return of(FileLook.at(path, AccessText.KIND), path, knownUser);
    }

    static AccessContents of(FileLook look, Path path, Predicate<String> knownUser) {
        if (look.text().isEmpty()) {
            return new AccessContents(Optional.empty(), look.missing(), look.problems(), List.of());
        }
        Path last = path.getFileName();
        return AccessText.read(
                look.text().get(), path.toString(), String.valueOf(last == null ? path : last), knownUser);
    }

    /** The same when there has to be a file. */
    public AccessContents required(Path path) {
        if (!missing) {
            return this;
        }
        var error = new Finding(new Origin.WholeFile(path.toString()), "", "there is no such file; check the name");
        return new AccessContents(rules, true, List.of(error), warnings);
    }
}
