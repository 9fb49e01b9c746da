package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Manifests;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.StoredReferences;
import io.wharfgate.registry.Trash.Entry;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives repositories back what was deleted from them. For one thread. */
final class Restoration {

    private final ObjectStore store;
    private final Registry registry;
    private final TaskOutput out;
    private long restored;
    private boolean failed;

    Restoration(ObjectStore store, Registry registry, TaskOutput out) {
        this.store = store;
        this.registry = registry;
        this.out = out;
    }

    /**
     * Restores a whole repository, or what is wanted of it with all that leads from there.
     *
     * @param deleted everything that can be had back of it, the newest first
     */
    void restore(RepositoryName name, List<Entry> deleted, List<String> wanted) throws IOException {
        boolean whole = UndeleteTask.Wanted.whole(wanted, name);
        Set<Digest> chosen = whole ? Set.of() : reachable(deleted, UndeleteTask.Wanted.digests(wanted));
        // What is led to comes before what leads to it: interrupted anywhere, what is there is whole.
        for (Class<? extends Entry> kind : List.of(Entry.Layer.class, Entry.Manifest.class, Entry.Tagged.class)) {
            for (Entry entry : deleted) {
                if (kind.isInstance(entry) && (whole || chosen.contains(entry.digest()))) {
                    restore(name, entry);
                }
            }
        }
    }

    /** Tells the exit code: 1 when nothing was found, or something could not be restored. */
    int finish(List<String> wanted) {
        if (restored == 0 && !failed) {
            out.warning("nothing of that can be had back: " + String.join(", ", wanted) + "; --list tells what can");
            return 1;
        }
        return failed ? 1 : 0;
    }

    private void restore(RepositoryName name, Entry entry) throws IOException {
        if (registry.upkeep().has(name, entry)) {
            return;
        }
        String what = entry instanceof Entry.Tagged tagged
                ? name + ":" + tagged.tag() + " → " + tagged.digest()
                : name + "@" + entry.digest();
        if (registry.upkeep().restore(name, entry)) {
            restored++;
            out.line("restored " + what);
        } else {
            failed = true;
            out.warning("cannot restore " + what
                    + (entry instanceof Entry.Tagged
                            ? ": the tag points to something else by now, or the manifest is gone"
                            : ": its content is gone"));
        }
    }

    private Set<Digest> reachable(List<Entry> deleted, List<Digest> from) throws IOException {
        Set<Digest> reached = new HashSet<>(from);
        Deque<Digest> ahead = new ArrayDeque<>(from);
        while (!ahead.isEmpty()) {
            Digest digest = ahead.pop();
            for (Entry entry : deleted) {
                if (entry instanceof Entry.Manifest manifest
                        && manifest.digest().equals(digest)) {
                    for (Digest content : content(manifest)) {
                        if (reached.add(content)) {
                            ahead.push(content);
                        }
                    }
                }
            }
        }
        return reached;
    }

    private Set<Digest> content(Entry.Manifest manifest) throws IOException {
        try {
            return StoredReferences.read(store.read(RegistryLayout.blobData(manifest.target()), Manifests.MAX_SIZE))
                    .content();
        } catch (NoSuchObjectException | RegistryException e) {
            return Set.of();
        }
    }
}
