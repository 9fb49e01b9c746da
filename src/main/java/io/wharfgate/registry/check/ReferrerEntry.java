package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.StoredManifest;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** An entry of the index of referrers: that manifest is attached to this one. */
record ReferrerEntry(Inspector inspector, RepositoryName name, Digest subject, Digest referrer) implements Subject {

    @Override
    public ObjectKey place() {
        return RegistryLayout.referrerLink(name, subject, referrer);
    }

    @Override
    public Optional<RepositoryName> repository() {
        return Optional.of(name);
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        Pointer revision = Pointer.read(inspector.content(), RegistryLayout.revisionLink(name, referrer));
        if (!revision.there()) {
            accept(found, Kind.REFERRER_STALE, "the repository has no manifest " + referrer);
            return;
        }
        Optional<byte[]> content = revision.digest().isPresent()
                ? inspector.content().manifest(revision.digest().get())
                : Optional.empty();
        if (content.isEmpty() || !referrer.matches(content.get())) {
            // told of with the manifests
            return;
        }
        Optional<Digest> attached = StoredManifest.subject(content.get());
        if (!attached.equals(Optional.of(subject))) {
            accept(
                    found,
                    Kind.REFERRER_WRONG,
                    referrer + " is attached to "
                            + attached.map(Digest::toString).orElse("nothing"));
        }
    }

    /** No copy is kept: all that an entry says is in its manifest. */
    private void accept(Consumer<Suspicion> found, Kind kind, String detail) {
        found.accept(new Suspicion(Finding.of(kind, place(), detail).in(name).about(subject), () -> {
            inspector.store().delete(place());
            return true;
        }));
    }
}
