package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A small image of one config and one layer, all different for different seeds. */
public record Image(String seed) {

    private static final String FORMAT = """
            {"schemaVersion":2,"mediaType":"%s",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}""";

    public byte[] config() {
        return bytes("{\"seed\":\"" + seed + "\"}");
    }

    public byte[] layer() {
        return bytes("layer of " + seed);
    }

    public byte[] manifest() {
        return bytes(FORMAT.formatted(
                MediaType.OCI_MANIFEST, sha256(config()), config().length, sha256(layer()), layer().length));
    }

    public Digest digest() {
        return sha256(manifest());
    }

    /** Pushes blobs and manifest. */
    public Digest push(Registry registry, RepositoryName name, Reference reference) throws IOException {
        pushBlobs(registry, name);
        return putManifest(registry, name, reference);
    }

    public void pushBlobs(Registry registry, RepositoryName name) throws IOException {
        pushBlob(registry, name, config());
        pushBlob(registry, name, layer());
    }

    public Digest putManifest(Registry registry, RepositoryName name, Reference reference) throws IOException {
        return registry.manifests()
                .put(name, reference, List.of(), Optional.of(MediaType.OCI_MANIFEST), manifest())
                .digest();
    }

    public static Digest pushBlob(Registry registry, RepositoryName name, byte[] content) throws IOException {
        UploadId id = registry.uploads().start(name, DigestAlgorithm.SHA256);
        try (UploadWriter writer = registry.uploads().open(name, id)) {
            writer.append(ByteBuffer.wrap(content));
            return writer.commit(sha256(content));
        }
    }

    public static byte[] readBlob(Registry registry, RepositoryName name, Digest digest) throws IOException {
        try (BlobContent blob = registry.blobs().open(name, digest)) {
            ByteBuffer target = ByteBuffer.allocate((int) blob.size());
            while (target.hasRemaining() && blob.read(target, target.position()) > 0) {
                // until all of it is there
            }
            return target.array();
        }
    }

    public static Digest sha256(byte[] content) {
        return Digest.of(DigestAlgorithm.SHA256, content);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
