package io.wharfgate.yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is in the file's place at one moment. Equal when the same is: the file is small enough to be compared by what stands in
 * it, which no time stamp of any file system can get wrong.
 *
 * @param missing whether there is nothing
 * @param text empty when it is missing or cannot be read
 * @param problems why it cannot be read
 */
public record FileLook(boolean missing, Optional<String> text, List<Finding> problems) {

    /**
     * Looks now.
     *
     * @param kind what the file is for, in messages
     */
    public static FileLook at(Path path, FileKind kind) {
        if (Files.notExists(path)) {
            return new FileLook(true, Optional.empty(), List.of());
        }
        var findings = new Findings();
        var origin = new Origin.WholeFile(path.toString());
        if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
            // A FIFO or a device would be waited for without end.
            findings.error(origin, "", "is not a regular file; name " + kind.named());
            return new FileLook(false, Optional.empty(), findings.errors());
        }
        Optional<String> text = new FileText(kind, findings).read(path, path.toString(), origin);
        return new FileLook(false, text, findings.errors());
    }
}
