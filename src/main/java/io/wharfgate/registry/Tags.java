package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
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

    Tags(ObjectStore store, Links links, Revisions revisions) {
        this.store = store;
        this.links = links;
        this.revisions = revisions;
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
        List<Tag> candidates = candidates(name);
        if (candidates.isEmpty() && !revisions.any(name)) {
            throw new RegistryException(
                    RegistryError.NAME_UNKNOWN, RegistryError.NAME_UNKNOWN.message(), Map.of("name", name.value()));
        }
        for (Tag tag : candidates) {
            if (!page.wantsMore()) {
                break;
            }
            if ((last.isEmpty() || tag.value().compareTo(last.get()) > 0) && exists(name, tag)) {
                page.add(tag);
            }
        }
        return page.page();
    }

    /** What the tag points to. */
    Optional<Digest> current(RepositoryName name, Tag tag) throws IOException {
        return links.read(RegistryLayout.tagCurrentLink(name, tag));
    }

    /** The tags that point to a manifest. Reads every tag of the repository. */
    List<Tag> pointingTo(RepositoryName name, Digest digest) throws IOException {
        List<Tag> found = new ArrayList<>();
        for (Tag tag : candidates(name)) {
            if (current(name, tag).equals(Optional.of(digest))) {
                found.add(tag);
            }
        }
        return found;
    }

    /** Points the tag to a manifest that is there already. */
    void point(RepositoryName name, Tag tag, Digest digest) throws IOException {
        links.write(RegistryLayout.tagIndexLink(name, tag, digest), digest);
        links.write(RegistryLayout.tagCurrentLink(name, tag), digest);
    }

    /** Removes the tag. Its current link goes first: it is what makes it a tag. */
    void remove(RepositoryName name, Tag tag) throws IOException {
        store.delete(RegistryLayout.tagCurrentLink(name, tag));
        store.deleteTree(RegistryLayout.tag(name, tag));
    }

    /** A crash may leave the directory of a tag without its current link, or, of distribution's, an empty one. */
    private boolean exists(RepositoryName name, Tag tag) throws IOException {
        return store.size(RegistryLayout.tagCurrentLink(name, tag)).orElse(0) > 0;
    }

    private List<Tag> candidates(RepositoryName name) throws IOException {
        return store.list(RegistryLayout.tags(name)).stream()
                .filter(ObjectStore.Child::container)
                .map(ObjectStore.Child::name)
                .filter(Tag::isValid)
                .map(Tag::new)
                .toList();
    }
}
