package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.StagedWrite;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** The content of a blob, read whole. */
record BlobContent(Inspector inspector, Digest blob) implements Subject {

    @Override
    public ObjectKey place() {
        return RegistryLayout.blobData(blob);
    }

    @Override
    public Optional<RepositoryName> repository() {
        return Optional.empty();
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        Digest content;
        try {
            content = inspector.content().digest(place(), blob.algorithm());
        } catch (NoSuchObjectException e) {
            lookForAnotherKind(found);
            return;
        }
        if (!content.equals(blob)) {
            String size = inspector.store().size(place()).orElse(0) + " bytes";
            found.accept(corrupt(inspector, blob, "its " + size + " have the digest " + content));
        }
    }

    /** A blob whose content is another. */
    static Suspicion corrupt(Inspector inspector, Digest blob, String detail) {
        Finding finding = Finding.of(Kind.BLOB_CORRUPT, RegistryLayout.blobData(blob), detail)
                .about(blob);
        return new Suspicion(finding, () -> putAside(inspector, blob, finding));
    }

    private void lookForAnotherKind(Consumer<Suspicion> found) throws IOException {
        String key = place().value();
        ObjectKey directory = new ObjectKey(key.substring(0, key.lastIndexOf('/')));
        for (ObjectStore.Child child : inspector.store().list(directory)) {
            if (child.container() && key.endsWith("/" + child.name())) {
                found.accept(Suspicion.only(Finding.of(Kind.WRONG_KIND, place(), "a directory, and should be a file")
                        .about(blob)));
            }
        }
    }

    /**
     * Readers that have it open go on reading it. If a push has replaced it at the last moment, it is put back: the push
     * has been acknowledged.
     */
    private static boolean putAside(Inspector inspector, Digest blob, Finding finding) throws IOException {
        ObjectKey from = RegistryLayout.blobData(blob);
        ObjectKey aside = inspector.quarantine().of(from);
        try {
            inspector.quarantine().move(from, finding);
        } catch (NoSuchObjectException e) {
            return false;
        }
        if (inspector.content().digest(aside, blob.algorithm()).equals(blob)) {
            try (StagedWrite whole = inspector.store().resume(aside)) {
                whole.commit(from);
            }
            return false;
        }
        return true;
    }
}
