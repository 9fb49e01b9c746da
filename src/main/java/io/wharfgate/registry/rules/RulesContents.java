package io.wharfgate.registry.rules;

import io.wharfgate.yaml.FileLook;
import io.wharfgate.yaml.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file of storage rules, read. With one mistake there are no rules at all: what is left of them would be others than were
 * meant.
 *
 * @param rules empty when there are errors, or no file
 * @param missing whether there is no file
 * @param errors all mistakes, from top to bottom
 * @param warnings what is not a mistake but worth knowing
 */
record RulesContents(Optional<Rules> rules, boolean missing, List<Finding> errors, List<Finding> warnings) {

    static RulesContents of(FileLook look, Path path) {
        if (look.text().isEmpty()) {
            return new RulesContents(Optional.empty(), look.missing(), look.problems(), List.of());
        }
        Path last = path.getFileName();
        return RulesText.read(look.text().get(), path.toString(), String.valueOf(last == null ? path : last));
    }
}
