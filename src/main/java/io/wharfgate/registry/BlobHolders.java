package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which repositories have lately been seen to have a blob: hints for a mount that names no source. A hint may be out of
 * date and is always checked; what is not hinted at costs the client an upload and nothing else. Bounded. Safe for use
 * by any thread.
 */
final class BlobHolders {

    /** A blob takes about 400 bytes: 8 MiB in all. */
    private static final int MOST_BLOBS = 20_000;

    /** More than one, as the client may not be allowed to see the last. */
    private static final int MOST_REPOSITORIES = 4;

    private final Map<Digest, Deque<RepositoryName>> holders = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Deque<RepositoryName>> eldest) {
            return size() > MOST_BLOBS;
        }
    };

    /** That repository has the blob. */
    synchronized void seen(RepositoryName name, Digest blob) {
        Deque<RepositoryName> names = holders.computeIfAbsent(blob, digest -> new ArrayDeque<>(MOST_REPOSITORIES));
        if (name.equals(names.peekFirst())) {
            return;
        }
        names.remove(name);
        names.addFirst(name);
        if (names.size() > MOST_REPOSITORIES) {
            names.removeLast();
        }
    }

    /** Those that were seen with the blob, the last one first. */
    synchronized List<RepositoryName> of(Digest blob) {
        @Nullable Deque<RepositoryName> names = holders.get(blob);
        return names == null ? List.of() : new ArrayList<>(names);
    }
}
