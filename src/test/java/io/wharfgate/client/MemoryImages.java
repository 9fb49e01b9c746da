package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** A repository in memory, which tells in which order it was written. */
public final class MemoryImages implements ImageRepository {

    public final Map<Digest, byte[]> blobs = Collections.synchronizedMap(new LinkedHashMap<>());
    public final Map<Digest, Manifest> manifests = new LinkedHashMap<>();
    public final Map<Tag, Digest> tags = new LinkedHashMap<>();

    /** What was written, in order: "blob", "manifest", "tag NAME". */
    public final List<String> writes = Collections.synchronizedList(new ArrayList<>());

    @Override
    public String name() {
        return "memory";
    }

    /** Puts an image of one config and one layer here. */
    public Manifest image(String seed, String tag) throws IOException {
        return manifest(imageJson(seed, ""), tag);
    }

    public String imageJson(String seed, String more) {
        String config = descriptor("application/vnd.oci.image.config.v1+json", blob("{\"seed\":\"" + seed + "\"}"));
        String layer = descriptor("application/vnd.oci.image.layer.v1.tar+gzip", blob("layer of " + seed));
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":" + config
                + ",\"layers\":[" + layer + "]" + more + "}";
    }

    /** An index over manifests that are here, each for the platform linux/seed. */
    public Manifest index(String tag, Map<String, Manifest> entries) throws IOException {
        String list = entries.entrySet().stream()
                .map(e -> descriptor(
                                e.getValue().mediaType().value(),
                                e.getValue().digest(),
                                e.getValue().content().length)
                        .replaceFirst(
                                "}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + e.getKey() + "\"}}"))
                .collect(Collectors.joining(","));
        return manifest(
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[" + list + "]}",
                tag);
    }

    /** Puts a manifest here; an empty tag is none. */
    public Manifest manifest(String json, String tag) throws IOException {
        Manifest manifest = Manifest.read(bytes(json), Optional.empty(), Optional.empty());
        manifests.put(manifest.digest(), manifest);
        if (!tag.isEmpty()) {
            tags.put(new Tag(tag), manifest.digest());
        }
        return manifest;
    }

    public Digest blob(String content) {
        Digest digest = Digest.of(DigestAlgorithm.SHA256, bytes(content));
        blobs.put(digest, bytes(content));
        return digest;
    }

    private String descriptor(String type, Digest digest) {
        return descriptor(type, digest, Objects.requireNonNull(blobs.get(digest)).length);
    }

    public static String descriptor(String type, Digest digest, long size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<Manifest> manifest(Reference reference) {
        Digest digest = reference instanceof Tag tag ? tags.get(tag) : ((Reference.ByDigest) reference).digest();
        return Optional.ofNullable(manifests.get(digest));
    }

    @Override
    public List<Tag> tags() {
        return List.copyOf(tags.keySet());
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return manifests.values().stream()
                .filter(m -> m.subject().filter(s -> s.digest().equals(subject)).isPresent())
                .map(Manifest::referrer)
                .toList();
    }

    @Override
    public InputStream open(Descriptor blob, long offset) throws IOException {
        byte[] content = blobs.get(blob.digest());
        if (content == null) {
            throw new ExchangeException("no blob " + blob.digest());
        }
        return new ByteArrayInputStream(Arrays.copyOfRange(content, (int) offset, content.length));
    }

    @Override
    public boolean has(Descriptor blob) {
        return blobs.containsKey(blob.digest());
    }

    @Override
    public boolean hasManifest(Descriptor manifest) {
        return manifests.containsKey(manifest.digest());
    }

    @Override
    public Optional<Digest> tagged(Tag tag) {
        return Optional.ofNullable(tags.get(tag));
    }

    @Override
    public void put(VerifiedBlob blob) throws IOException {
        try (InputStream in = blob.open(0)) {
            blobs.put(blob.descriptor().digest(), in.readAllBytes());
        }
        writes.add("blob");
    }

    /** As registries do, it takes nothing that refers to what is not there. */
    @Override
    public void put(Manifest manifest, Optional<Tag> tag) throws IOException {
        for (Descriptor blob : manifest.blobs()) {
            if (!has(blob)) {
                throw new ExchangeException("lacks blob " + blob.digest());
            }
        }
        for (Descriptor entry : manifest.entries()) {
            if (!hasManifest(entry)) {
                throw new ExchangeException("lacks manifest " + entry.digest());
            }
        }
        manifests.put(manifest.digest(), manifest);
        tag.ifPresent(name -> tags.put(name, manifest.digest()));
        writes.add(tag.map(name -> "tag " + name).orElse("manifest"));
    }
}
