package io.wharfgate.tls.trust;

import java.nio.file.Path;
import java.util.List;

/**
 * What one target needs: files to write, then commands to run.
 *
 * @param why for people: what reads the files, and what else may be needed
 * @param files with absolute paths
 * @param commands each a program and its arguments
 */
public record TrustStep(TrustTarget target, List<String> why, List<TextFile> files, List<List<String>> commands) {

    public TrustStep {
        why = List.copyOf(why);
        files = List.copyOf(files);
        commands = commands.stream().map(List::copyOf).toList();
    }

    /** A file and all that it shall hold. */
    public record TextFile(Path path, String text) {}
}
