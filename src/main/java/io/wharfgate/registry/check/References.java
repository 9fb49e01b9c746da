package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Descriptor;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.StoredManifest;
import io.wharfgate.storage.NoSuchObjectException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Whether all that a manifest refers to is in its repository, and as large as it says. */
record References(Inspector inspector, RepositoryName name, StoredManifest manifest) {

    private static final int MOST_NAMED = 5;

    void look(BiFunction<Kind, String, Finding> finding, Consumer<Suspicion> found) throws IOException {
        Set<Digest> seen = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        List<String> sizes = new ArrayList<>();
        for (Descriptor reference : manifest.references()) {
            if (!seen.add(reference.digest())) {
                continue;
            }
            Optional<Digest> content = content(reference);
            if (content.isPresent() && inspector.usable(content.get())) {
                lookAtSize(reference, content.get(), sizes, found);
            } else {
                missing.add(reference.digest() + " of its " + reference.field());
            }
        }
        if (!missing.isEmpty() && !inspector.mending().sparse()) {
            found.accept(Suspicion.only(finding.apply(Kind.MANIFEST_INCOMPLETE, "it lacks " + some(missing))));
        }
        if (!sizes.isEmpty()) {
            found.accept(Suspicion.only(finding.apply(Kind.SIZE_DIFFERS, some(sizes))));
        }
    }

    /** Content of another size than was announced is damaged, or else the manifest has always been wrong. */
    private void lookAtSize(Descriptor reference, Digest content, List<String> sizes, Consumer<Suspicion> found)
            throws IOException {
        OptionalLong size = inspector.store().size(RegistryLayout.blobData(content));
        if (size.isEmpty() || reference.size().isEmpty() || size.equals(reference.size())) {
            return;
        }
        if (isRight(content)) {
            sizes.add(reference.digest() + " of its " + reference.field() + " has " + size.getAsLong()
                    + " bytes, and it says " + reference.size().getAsLong());
        } else {
            found.accept(BlobContent.corrupt(
                    inspector,
                    content,
                    "it has " + size.getAsLong() + " bytes instead of "
                            + reference.size().getAsLong()));
        }
    }

    private boolean isRight(Digest content) throws IOException {
        try {
            return inspector.holds(content, content);
        } catch (NoSuchObjectException e) {
            return false;
        }
    }

    /** An index may name blobs beside manifests: BuildKit's cache of the older kind is such an index. */
    private Optional<Digest> content(Descriptor reference) throws IOException {
        if (reference.field().equals("manifests")) {
            Optional<Digest> manifest = Pointer.read(
                            inspector.content(), RegistryLayout.revisionLink(name, reference.digest()))
                    .digest();
            if (manifest.isPresent()) {
                return manifest;
            }
        }
        // A link to something else is told of with the links; only distribution's go to another algorithm.
        return Pointer.read(inspector.content(), RegistryLayout.layerLink(name, reference.digest()))
                .digest()
                .filter(target -> target.equals(reference.digest())
                        || target.algorithm() != reference.digest().algorithm());
    }

    private static String some(List<String> all) {
        String named = String.join(", ", all.subList(0, Math.min(MOST_NAMED, all.size())));
        return all.size() > MOST_NAMED ? named + " and " + (all.size() - MOST_NAMED) + " more" : named;
    }
}
