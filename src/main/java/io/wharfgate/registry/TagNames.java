package io.wharfgate.registry;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The names below the tag directories of repositories, for those that were asked about last: a repository of 50 000 tags
 * is not read for each page of them. What the storage's version shows to be out of date, whoever changed it, is read
 * again; only that a name which is still there is a tag is believed for a while, as to look at each takes ten times as long
 * as to read the names. Bounded by the number of names. Safe for use by any thread.
 */
final class TagNames {

    /** A name takes about 80 bytes: 20 MiB in all. */
    private static final int MOST = 250_000;

    /** How long what was found to be a tag is taken for one without another look, as long as its name is there. */
    private static final Duration TRUST = Duration.ofMinutes(10);

    private final ObjectStore store;
    private final int most;
    private final LongSupplier nanos;
    // The one that was used last comes last; guarded by "this".
    private final Map<RepositoryName, Names> repositories = new LinkedHashMap<>(16, 0.75f, true);

    TagNames(ObjectStore store) {
        this(store, MOST, System::nanoTime);
    }

    /**
     * @param most names that are kept, all repositories together
     * @param nanos time, as of {@link System#nanoTime}
     */
    TagNames(ObjectStore store, int most, LongSupplier nanos) {
        this.store = store;
        this.most = most;
        this.nanos = nanos;
    }

    /**
     * What is in a tag directory, in ASCII order, and which of it is known to be a tag: a crash may leave a name with
     * nothing behind it, and strangers anything.
     */
    static final class Names {

        private final Optional<String> version;
        private final NamesInOrder names;
        /** When the first look was taken at what is known to be a tag. */
        private final long since;
        // Guarded by "this".
        private final BitSet tags;

        private Names(Optional<String> version, NamesInOrder names, long since, BitSet tags) {
            this.version = version;
            this.names = names;
            this.since = since;
            this.tags = tags;
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

        private synchronized void notTag(String name) {
            int index = names.after(name) - 1;
            if (index >= 0 && names.get(index).equals(name)) {
                tags.clear(index);
            }
        }

        /** Those of these names that are known here to be tags. */
        private synchronized BitSet known(NamesInOrder others) {
            BitSet known = new BitSet();
            int other = 0;
            for (int i = tags.nextSetBit(0); i >= 0; i = tags.nextSetBit(i + 1)) {
                String name = names.get(i);
                while (other < others.count() && others.get(other).compareTo(name) < 0) {
                    other++;
                }
                if (other < others.count() && others.get(other).equals(name)) {
                    known.set(other);
                }
            }
            return known;
        }
    }

    Names of(RepositoryName name) throws IOException {
        Optional<String> version = store.version(RegistryLayout.tags(name));
        Optional<Names> kept = kept(name);
        if (version.isPresent() && kept.isPresent() && kept.get().version.equals(version)) {
            return kept.get();
        }
        NamesInOrder names =
                new NamesInOrder(store.names(RegistryLayout.tags(name)).toArray(new String[0]));
        Names read = kept.isPresent() && nanos.getAsLong() - kept.get().since < TRUST.toNanos()
                ? new Names(version, names, kept.get().since, kept.get().known(names))
                : new Names(version, names, nanos.getAsLong(), new BitSet());
        // Without a version, nothing would tell what another process takes away; what was kept before stays for the
        // next.
        if (version.isPresent()) {
            keep(name, read);
        }
        return read;
    }

    /** The tag is taken away; what is left of it, if anything is, is to be looked at again. */
    void removed(RepositoryName name, Tag tag) {
        kept(name).ifPresent(names -> names.notTag(tag.value()));
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
