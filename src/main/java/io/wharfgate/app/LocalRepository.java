package io.wharfgate.app;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageRepository;
import io.wharfgate.client.ImageSource;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.VerifiedBlob;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.BlobContent;
import io.wharfgate.registry.Manifests;
import io.wharfgate.registry.Page;
import io.wharfgate.registry.Referrer;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.UploadWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One repository of the installation here, without HTTP. Thread-safe. */
public final class LocalRepository implements ImageRepository {

    private static final int BUFFER = 64 * 1024;

    private final LocalImages here;
    private final Registry registry;
    private final RepositoryName name;

    LocalRepository(LocalImages here, RepositoryName name) {
        this.here = here;
        this.registry = here.registry();
        this.name = name;
    }

    @Override
    public String name() {
        return name.value();
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException;
    }

    /** What clients would be told, the operator is. */
    private <T> T told(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (RegistryException e) {
            throw new ExchangeException(name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Manifest> manifest(Reference reference) throws IOException {
        Optional<Manifests.Stored> stored = told(() -> stored(reference));
        return stored.isPresent()
                ? Optional.of(Manifest.read(
                        stored.get().content(),
                        Optional.of(stored.get().mediaType()),
                        Optional.of(stored.get().digest())))
                : Optional.empty();
    }

    private Optional<Manifests.Stored> stored(Reference reference) throws IOException {
        try {
            return Optional.of(registry.manifests().get(name, reference));
        } catch (RegistryException e) {
            if (e.error() == RegistryError.MANIFEST_UNKNOWN || e.error() == RegistryError.NAME_UNKNOWN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<Tag> tags() throws IOException {
        return told(() -> registry.tags()
                .page(name, OptionalInt.empty(), Optional.empty())
                .items());
    }

    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        List<Descriptor> found = new ArrayList<>();
        Optional<String> last = Optional.empty();
        boolean more = true;
        while (more) {
            Optional<String> from = last;
            Page<Referrer> page =
                    told(() -> registry.referrers().page(name, subject, Optional.empty(), OptionalInt.empty(), from));
            for (Referrer referrer : page.items()) {
                found.add(Descriptor.of(referrer.mediaType(), referrer.digest(), referrer.size()));
                last = Optional.of(referrer.digest().toString());
            }
            more = page.more() && !page.items().isEmpty();
        }
        return found;
    }

    @Override
    public InputStream open(Descriptor blob, long offset) throws IOException {
        return new Reading(told(() -> registry.blobs().open(name, blob.digest())), offset);
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return told(() -> registry.blobs().size(name, blob.digest())).equals(Optional.of(blob.size()));
    }

    @Override
    public boolean hasManifest(Descriptor manifest) throws IOException {
        return told(() -> stored(new Reference.ByDigest(manifest.digest()))).isPresent();
    }

    @Override
    public Optional<Digest> tagged(Tag tag) throws IOException {
        return told(() -> stored(tag)).map(Manifests.Stored::digest);
    }

    @Override
    public boolean mount(Descriptor blob, ImageSource from) throws IOException {
        return from instanceof LocalRepository other
                && other.registry == registry
                && told(() -> here.writable().blobs().mount(name, other.name, blob.digest()));
    }

    @Override
    public void put(VerifiedBlob blob) throws IOException {
        Digest digest = blob.descriptor().digest();
        UploadId id = told(() -> here.writable().uploads().start(name, digest.algorithm()));
        boolean done = false;
        try (UploadWriter writer = told(() -> registry.uploads().open(name, id));
                InputStream in = blob.open(0)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
                told(() -> {
                    writer.append(piece);
                    return id;
                });
            }
            told(() -> writer.commit(digest));
            done = true;
        } finally {
            if (!done) {
                abandon(id);
            }
        }
    }

    private void abandon(UploadId id) throws IOException {
        try {
            registry.uploads().cancel(name, id);
        } catch (RegistryException e) {
            // What a quota refuses, or has another digest, is gone already; that is what is to be told.
        }
    }

    @Override
    public void put(Manifest manifest, Optional<Tag> tag) throws IOException {
        Reference reference = new Reference.ByDigest(manifest.digest());
        List<Tag> tags = tag.map(List::of).orElse(List.of());
        Optional<MediaType> type = Optional.of(manifest.mediaType());
        told(() -> here.writable().manifests().put(name, reference, tags, type, manifest.content()));
    }

    /** A blob as a stream. */
    private static final class Reading extends InputStream {

        private final BlobContent blob;
        private long position;

        Reading(BlobContent blob, long position) {
            this.blob = blob;
            this.position = position;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int n = blob.read(ByteBuffer.wrap(buffer, start, length), position);
            position += Math.max(0, n);
            return n;
        }

        @Override
        public void close() throws IOException {
            blob.close();
        }
    }
}
