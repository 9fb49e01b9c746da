package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** That a repository has a blob. */
record LayerLink(Inspector inspector, RepositoryName name, Digest blob) implements Subject {

    @Override
    public ObjectKey place() {
        return RegistryLayout.layerLink(name, blob);
    }

    @Override
    public Optional<RepositoryName> repository() {
        return Optional.of(name);
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        Pointer pointer = Pointer.read(inspector.content(), place());
        Optional<Suspicion> wrong = inspector.judge(name, place(), blob, pointer);
        if (wrong.isPresent()) {
            found.accept(wrong.get());
            return;
        }
        Optional<Digest> target = pointer.digest();
        if (target.isPresent() && !inspector.content().exists(target.get())) {
            String detail = "there is no content of " + target.get();
            found.accept(Suspicion.only(
                    Finding.of(Kind.LAYER_MISSING, place(), detail).in(name).about(blob)));
        }
    }
}
