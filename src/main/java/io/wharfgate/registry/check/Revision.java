package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.StoredManifest;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** A manifest of a repository: its link, its content, its media type, and its place among the referrers of its subject. */
record Revision(Inspector inspector, RepositoryName name, Digest manifest) implements Subject {

    private static final int LONGEST_SCANNED = 64 << 20;

    @Override
    public ObjectKey place() {
        return RegistryLayout.revisionLink(name, manifest);
    }

    @Override
    public Optional<RepositoryName> repository() {
        return Optional.of(name);
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        Pointer pointer = Pointer.read(inspector.content(), place());
        Optional<Suspicion> wrong = inspector.judge(name, place(), manifest, pointer);
        if (wrong.isPresent()) {
            found.accept(wrong.get());
            return;
        }
        Optional<Digest> target = pointer.digest();
        if (target.isEmpty()) {
            return;
        }
        Optional<byte[]> content = inspector.content().manifest(target.get());
        if (content.isEmpty()) {
            found.accept(Suspicion.only(
                    inspector.content().exists(target.get())
                            ? finding(Kind.MANIFEST_INVALID, "it is larger than a manifest can be")
                            : finding(Kind.MANIFEST_MISSING, "there is no content of " + target.get())));
        } else if (!manifest.matches(content.get())) {
            lookAtDamage(target.get(), content.get(), found);
        } else {
            look(content.get(), found);
        }
    }

    /** In a whole check the blob has been told of; here it is told what depends on it. */
    private void lookAtDamage(Digest target, byte[] content, Consumer<Suspicion> found) {
        if (inspector.damaged().contains(target)) {
            found.accept(Suspicion.only(finding(Kind.MANIFEST_MISSING, "its content is damaged")));
        } else {
            Digest seen = Digest.of(target.algorithm(), content);
            found.accept(
                    BlobContent.corrupt(inspector, target, "its " + content.length + " bytes have the digest " + seen));
        }
    }

    private void look(byte[] content, Consumer<Suspicion> found) throws IOException {
        Optional<MediaType> served = servedType(found);
        StoredManifest stored;
        try {
            stored = StoredManifest.read(content, served);
        } catch (RegistryException e) {
            found.accept(Suspicion.only(finding(Kind.MANIFEST_INVALID, String.valueOf(e.getMessage()))));
            return;
        }
        lookAtType(served, stored, found);
        new References(inspector, name, stored).look(this::finding, found);
        if (stored.subject().isPresent()) {
            lookAtIndex(stored.subject().get(), found);
        }
    }

    private Optional<MediaType> servedType(Consumer<Suspicion> found) throws IOException {
        ObjectKey place = RegistryLayout.revisionMediaType(name, manifest);
        Optional<String> text = inspector.content().text(place);
        if (text.isPresent() && !MediaType.isValid(text.get())) {
            found.accept(inspector.putAside(
                    Finding.of(Kind.MEDIA_TYPE_DAMAGED, place, "it holds no media type")
                            .in(name)
                            .about(manifest),
                    place));
            return Optional.empty();
        }
        return text.map(MediaType::new);
    }

    private void lookAtType(Optional<MediaType> served, StoredManifest stored, Consumer<Suspicion> found) {
        Optional<MediaType> named = stored.namedType();
        if (served.isPresent() && named.isPresent() && !served.get().sameAs(named.get())) {
            ObjectKey place = RegistryLayout.revisionMediaType(name, manifest);
            String detail = "it is served as " + served.get() + " and calls itself " + named.get();
            found.accept(inspector.putAside(
                    Finding.of(Kind.MEDIA_TYPE_WRONG, place, detail).in(name).about(manifest), place));
        }
        if (served.isEmpty() && stored.ownType().isEmpty()) {
            found.accept(Suspicion.only(
                    finding(Kind.MEDIA_TYPE_UNKNOWN, "neither it nor a file beside its link says its media type")));
        }
    }

    /** A manifest that another registry took is listed when somebody asks; which have been by then is written down. */
    private void lookAtIndex(Digest subject, Consumer<Suspicion> found) throws IOException {
        ObjectKey entry = RegistryLayout.referrerLink(name, subject, manifest);
        if (inspector.store().size(entry).isPresent()) {
            return;
        }
        Finding finding = Finding.of(
                        scanned() ? Kind.REFERRER_MISSING : Kind.REFERRER_UNLISTED,
                        entry,
                        "it is attached to " + subject + " and not listed there")
                .in(name)
                .about(manifest);
        found.accept(new Suspicion(finding, () -> {
            inspector.write(entry, manifest);
            return true;
        }));
    }

    private boolean scanned() throws IOException {
        ObjectKey list = RegistryLayout.referrersScanned(name);
        if (inspector.store().size(list).orElse(0) > LONGEST_SCANNED) {
            return false;
        }
        return inspector.store().size(list).isPresent()
                && new String(inspector.store().read(list, LONGEST_SCANNED), StandardCharsets.US_ASCII)
                        .contains(manifest.toString());
    }

    private Finding finding(Kind kind, String detail) {
        return Finding.of(kind, place(), detail).in(name).about(manifest);
    }
}
