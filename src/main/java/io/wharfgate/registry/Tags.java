package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The tags of repositories. Blocking; safe for use by any thread. Changes are made through {@link Manifests}. */
public final class Tags {

    private final ObjectStore store;
    private final Links links;
    private final Revisions revisions;
    private final Accounts accounts;
    private final TagNames names;

    Tags(ObjectStore store, Links links, Revisions revisions, Accounts accounts) {
        this.store = store;
        this.links = links;
        this.revisions = revisions;
        this.accounts = accounts;
        this.names = new TagNames(store);
    }

    /**
     * A page of the repository's tags, in ASCII order.
     *
     * @param n most tags of the page; without it, all
     * @param last begin after this; it need not be there
     * @throws RegistryException NAME_UNKNOWN when the repository has neither tags nor manifests;
     *     PAGINATION_NUMBER_INVALID when n is negative
     */
    public Page<Tag> page(RepositoryName name, OptionalInt n, Optional<String> last) throws IOException {
        PageCollector<Tag> page = new PageCollector<>(n);
        TagNames.Names candidates = names.of(name);
        if (candidates.count() == 0 && !revisions.any(name)) {
            throw new RegistryException(
                    RegistryError.NAME_UNKNOWN, RegistryError.NAME_UNKNOWN.message(), Map.of("name", name.value()));
        }
        int from = last.isPresent() ? candidates.after(last.get()) : 0;
        for (int i = from; i < candidates.count() && page.wantsMore(); i++) {
            Optional<Tag> tag = candidates.get(i);
            if (tag.isPresent() && exists(name, tag.get(), candidates, i)) {
                page.add(tag.get());
            }
        }
        return page.page();
    }

    /** What the tag points to. */
    public Optional<Digest> current(RepositoryName name, Tag tag) throws IOException {
        return links.read(RegistryLayout.tagCurrentLink(name, tag));
    }

    /** The tags that point to a manifest. Reads every tag of the repository. */
    List<Tag> pointingTo(RepositoryName name, Digest digest) throws IOException {
        List<Tag> found = new ArrayList<>();
        TagNames.Names candidates = names.of(name);
        for (int i = 0; i < candidates.count(); i++) {
            Optional<Tag> tag = candidates.get(i);
            if (tag.isPresent() && current(name, tag.get()).equals(Optional.of(digest))) {
                found.add(tag.get());
            }
        }
        return found;
    }

    /** Points the tag to a manifest that is there already. */
    void point(RepositoryName name, Tag tag, Digest digest) throws IOException {
        links.write(RegistryLayout.tagIndexLink(name, tag, digest), digest);
        links.write(RegistryLayout.tagCurrentLink(name, tag), digest);
    }

    /** All tags of a repository, which need not be there, in ASCII order. */
    List<Tag> all(RepositoryName name) throws IOException {
        List<Tag> all = new ArrayList<>();
        TagNames.Names candidates = names.of(name);
        for (int i = 0; i < candidates.count(); i++) {
            Optional<Tag> tag = candidates.get(i);
            if (tag.isPresent() && exists(name, tag.get(), candidates, i)) {
                all.add(tag.get());
            }
        }
        return all;
    }

    /** When the tag was pushed last; empty when there is none. */
    public Optional<Instant> pushed(RepositoryName name, Tag tag) throws IOException {
        return store.modified(RegistryLayout.tagCurrentLink(name, tag));
    }

    /**
     * Removes a tag that is there. Its current link goes first: it is what makes it a tag. The caller holds the repository's
     * lock.
     */
    void remove(RepositoryName name, Tag tag) throws IOException {
        try {
            store.delete(RegistryLayout.tagCurrentLink(name, tag));
            accounts.remove(name, Accounts.Change.tags(1));
            store.deleteTree(RegistryLayout.tag(name, tag));
        } finally {
            names.removed(name, tag);
        }
    }

    /** A crash may leave the directory of a tag without its current link, or, of distribution's, an empty one. */
    private boolean exists(RepositoryName name, Tag tag, TagNames.Names candidates, int index) throws IOException {
        if (candidates.isTag(index)) {
            return true;
        }
        boolean exists = store.size(RegistryLayout.tagCurrentLink(name, tag)).orElse(0) > 0;
        if (exists) {
            candidates.tag(index);
        }
        return exists;
    }
}
