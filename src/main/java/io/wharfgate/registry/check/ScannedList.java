package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** The list of manifests that are in the index of referrers, if they belong there. */
record ScannedList(Inspector inspector, RepositoryName name) implements Subject {

    private static final int LONGEST = 64 << 20;

    @Override
    public ObjectKey place() {
        return RegistryLayout.referrersScanned(name);
    }

    @Override
    public Optional<RepositoryName> repository() {
        return Optional.of(name);
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        try {
            String text = new String(inspector.store().read(place(), LONGEST), StandardCharsets.US_ASCII);
            text.lines().forEach(Digest::parse);
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            // None is needed; one too long is not used.
        } catch (RegistryException e) {
            found.accept(inspector.putAside(
                    Finding.of(Kind.REFERRERS_SCANNED, place(), "it holds something else than digests")
                            .in(name),
                    place()));
        }
    }
}
