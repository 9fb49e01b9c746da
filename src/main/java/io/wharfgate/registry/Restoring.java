package io.wharfgate.registry;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;

/** Gives repositories back what was taken from them. The caller has the repository's lock. */
final class Restoring {

    private final ObjectStore store;
    private final Links links;
    private final Revisions revisions;
    private final Tags tags;
    private final Catalog catalog;
    private final Pins pins;

    Restoring(ObjectStore store, Links links, Revisions revisions, Tags tags, Catalog catalog, Pins pins) {
        this.store = store;
        this.links = links;
        this.revisions = revisions;
        this.tags = tags;
        this.catalog = catalog;
        this.pins = pins;
    }

    /**
     * Restores one thing.
     *
     * @return false when its content is gone, or the tag is in use again
     */
    boolean restore(RepositoryName name, Trash.Entry entry) throws IOException {
        if (entry instanceof Trash.Entry.Layer layer) {
            pins.pin(layer.target());
            pins.pin(layer.digest());
            if (store.size(RegistryLayout.blobData(layer.target())).isEmpty()) {
                return false;
            }
            links.write(RegistryLayout.layerLink(name, layer.digest()), layer.target());
            return true;
        }
        if (entry instanceof Trash.Entry.Manifest manifest) {
            pins.pin(manifest.target());
            pins.pin(manifest.digest());
            if (store.size(RegistryLayout.blobData(manifest.target())).isEmpty()) {
                return false;
            }
            revisions.restore(name, manifest.digest(), manifest.target(), manifest.mediaType());
            catalog.add(name);
            return true;
        }
        Trash.Entry.Tagged tagged = (Trash.Entry.Tagged) entry;
        // A collection that has found the manifest without a tag a moment ago looks again.
        pins.pin(tagged.digest());
        if (tags.current(name, tagged.tag()).isPresent() || !revisions.has(name, tagged.digest())) {
            return false;
        }
        tags.point(name, tagged.tag(), tagged.digest());
        return true;
    }

    boolean has(RepositoryName name, Trash.Entry entry) throws IOException {
        if (entry instanceof Trash.Entry.Layer layer) {
            return store.size(RegistryLayout.layerLink(name, layer.digest())).isPresent();
        }
        if (entry instanceof Trash.Entry.Manifest manifest) {
            return revisions.linked(name, manifest.digest());
        }
        Trash.Entry.Tagged tagged = (Trash.Entry.Tagged) entry;
        return tags.current(name, tagged.tag()).equals(Optional.of(tagged.digest()));
    }
}
