package io.wharfgate.client.archive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Names of files in archives: relative, parted by slashes. */
final class ArchivePath {

    private ArchivePath() {}

    /** Without {@code .} and {@code ..}; empty when it is absolute, leads out, or is none. */
    static Optional<String> normal(String path) {
        if (path.startsWith("/") || path.indexOf('\\') >= 0 || path.chars().anyMatch(c -> c < ' ')) {
            return Optional.empty();
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    return Optional.empty();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("/", parts));
    }

    /** What stands before the name itself, with the slash; empty at the top. */
    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }
}
