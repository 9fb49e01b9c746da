package io.wharfgate.config;

import io.wharfgate.yaml.FileKind;
import io.wharfgate.yaml.FileText;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.YamlTree;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file that is read.
 *
 * @param name as somebody wrote it, for messages about a line
 * @param origin for messages about the file as a whole
 */
record ChosenFile(String name, Origin origin) {

    static final FileKind KIND =
            new FileKind("a configuration", "the configuration file", "a section such as \"server:\"");

    /** Its tree; empty after a mistake that leaves none. */
    Optional<Node.Section> read(Path workingDirectory, Findings findings) {
        try {
            Path path = workingDirectory.resolve(name);
            return new FileText(KIND, findings)
                    .read(path, name, origin)
                    .flatMap(text -> YamlTree.parse(text, name, KIND, findings));
        } catch (InvalidPathException e) {
            findings.error(origin, "", "cannot be a file name; check it");
            return Optional.empty();
        }
    }

    /** The directory that it lies in, by name: a symbolic link is not followed. */
    Path directory(Path workingDirectory) {
        Path parent = workingDirectory.resolve(name).getParent();
        return parent == null ? workingDirectory : parent;
    }
}
