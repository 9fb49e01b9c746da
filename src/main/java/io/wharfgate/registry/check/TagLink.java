package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A tag: what it points to, and the list of what it ever has. */
record TagLink(Inspector inspector, RepositoryName name, Tag tag) implements Subject {

    @Override
    public ObjectKey place() {
        return RegistryLayout.tagCurrentLink(name, tag);
    }

    @Override
    public Optional<RepositoryName> repository() {
        return Optional.of(name);
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        Pointer pointer = Pointer.read(inspector.content(), place());
        if (pointer instanceof Pointer.To to) {
            lookAt(to.target(), found);
        } else if (pointer instanceof Pointer.Damaged damaged) {
            Finding finding = finding(Kind.TAG_DAMAGED, "its link " + damaged.seen());
            found.accept(new Suspicion(finding, () -> restore(finding)));
        } else if (!ever().isEmpty()) {
            Finding finding = finding(Kind.TAG_LEFTOVER, "it has a history and points to nothing");
            found.accept(new Suspicion(finding, () -> remove(finding)));
        }
    }

    private void lookAt(Digest manifest, Consumer<Suspicion> found) throws IOException {
        Pointer revision = Pointer.read(inspector.content(), RegistryLayout.revisionLink(name, manifest));
        if (!revision.there()) {
            Finding finding = finding(Kind.TAG_DANGLING, "the repository has no manifest " + manifest);
            found.accept(new Suspicion(finding, () -> remove(finding)));
            return;
        }
        // One that cannot be read is told of with the manifests.
        if (revision.digest().isPresent() && !inspector.usable(revision.digest().get())) {
            found.accept(Suspicion.only(finding(
                    Kind.TAG_WITHOUT_CONTENT, "the content of its manifest " + manifest + " is missing or damaged")));
        }
        ObjectKey index = RegistryLayout.tagIndexLink(name, tag, manifest);
        if (!Pointer.read(inspector.content(), index).digest().equals(Optional.of(manifest))) {
            Finding finding = Finding.of(Kind.TAG_INDEX, index, "its history lacks what it points to")
                    .in(name)
                    .about(tag);
            found.accept(new Suspicion(finding, () -> {
                inspector.write(index, manifest);
                return true;
            }));
        }
    }

    /** What it has pointed to, now or before. */
    private List<Digest> ever() throws IOException {
        List<Digest> digests = new ArrayList<>();
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            ObjectKey index = RegistryLayout.tag(name, tag).child("index/" + algorithm.label());
            for (String hex : inspector.store().names(index)) {
                if (Digest.isValid(algorithm, hex)) {
                    digests.add(new Digest(algorithm, hex));
                }
            }
        }
        return digests;
    }

    /** Only where there is no choice: of several, none tells which it was. */
    private boolean restore(Finding finding) throws IOException {
        List<Digest> ever = ever();
        if (ever.size() != 1
                || !Pointer.read(inspector.content(), RegistryLayout.revisionLink(name, ever.get(0)))
                        .there()) {
            return remove(finding);
        }
        inspector.keep(place(), finding);
        inspector.write(place(), ever.get(0));
        return true;
    }

    private boolean remove(Finding finding) throws IOException {
        inspector.keep(place(), finding);
        for (Digest digest : ever()) {
            inspector.keep(RegistryLayout.tagIndexLink(name, tag, digest), finding);
        }
        inspector.mending().removeTag(name, tag);
        return true;
    }

    private Finding finding(Kind kind, String detail) {
        return Finding.of(kind, place(), detail).in(name).about(tag);
    }
}
