package io.wharfgate.registry;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names below the tag directories of repositories, for those that were asked about last: a repository of 50 000 tags
 * is not read for each page of them. What the storage's version shows to be out of date, whoever changed it, is read
 * again. Bounded by the number of names. Safe for use by any thread.
 */
final class TagNames {

    /** A name takes about 80 bytes: 20 MiB in all. */
    private static final int MOST = 250_000;

    private final ObjectStore store;
    private final int most;
    // The one that was used last comes last; guarded by "this".
    private final Map<RepositoryName, Names> repositories = new LinkedHashMap<>(16, 0.75f, true);

    TagNames(ObjectStore store) {
        this(store, MOST);
    }

    /** @param most names that are kept, all repositories together */
    TagNames(ObjectStore store, int most) {
        this.store = store;
        this.most = most;
    }

    /**
     * What is in a tag directory, in ASCII order, and which of it is known to be a tag: a crash may leave a name with
     * nothing behind it, and strangers anything.
     */
    static final class Names {

        private final Optional<String> version;
        private final NamesInOrder names;
        // Guarded by "this".
        private final BitSet tags = new BitSet();

        private Names(Optional<String> version, NamesInOrder names) {
            this.version = version;
            this.names = names;
        }

        int count() {
            return names.count();
        }

        /** That name as a tag; empty when it cannot be one. */
        Optional<Tag> get(int index) {
            String name = names.get(index);
            return Tag.isValid(name) ? Optional.of(new Tag(name)) : Optional.empty();
        }

        /** Index of the first name that comes after this text. */
        int after(String text) {
            return names.after(text);
        }

        synchronized boolean isTag(int index) {
            return tags.get(index);
        }

        synchronized void tag(int index) {
            tags.set(index);
        }
    }

    Names of(RepositoryName name) throws IOException {
        Optional<String> version = store.version(RegistryLayout.tags(name));
        if (version.isPresent()) {
            Optional<Names> kept = kept(name);
            if (kept.isPresent() && kept.get().version.equals(version)) {
                return kept.get();
            }
        }
        List<String> names = store.names(RegistryLayout.tags(name));
        Names read = new Names(version, new NamesInOrder(names.toArray(new String[0])));
        if (version.isPresent()) {
            keep(name, read);
        }
        return read;
    }

    synchronized void forget(RepositoryName name) {
        repositories.remove(name);
    }

    private synchronized Optional<Names> kept(RepositoryName name) {
        @Nullable Names names = repositories.get(name);
        return Optional.ofNullable(names);
    }

    private synchronized void keep(RepositoryName name, Names names) {
        repositories.put(name, names);
        long all = repositories.values().stream().mapToLong(Names::count).sum();
        for (Iterator<Names> oldest = repositories.values().iterator(); all > most && oldest.hasNext(); ) {
            all -= oldest.next().count();
            oldest.remove();
        }
    }
}
