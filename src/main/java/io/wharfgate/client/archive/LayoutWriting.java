package io.wharfgate.client.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wharfgate.client.Descriptor;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.StrictJson;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which images a layout gets, and the small files that tell of them. Thread-safe. */
final class LayoutWriting {

    static final byte[] MARK = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

    private final Optional<String> repository;
    private final Map<Digest, Descriptor> manifests = new LinkedHashMap<>();
    private final Map<Tag, Descriptor> tagged = new LinkedHashMap<>();
    private final Set<Digest> children = new HashSet<>();
    private final List<Manifest> images = new ArrayList<>();

    /** @param repository that the images are of, so that engines can name them; empty: they get a tag only */
    LayoutWriting(Optional<String> repository) {
        this.repository = repository;
    }

    synchronized void add(Manifest manifest, Optional<Tag> tag) {
        Descriptor descriptor = manifest.descriptor();
        manifests.put(manifest.digest(), descriptor);
        manifest.entries().forEach(entry -> children.add(entry.digest()));
        tag.ifPresent(name -> tagged.put(name, descriptor));
        if (!manifest.isIndex() && images.stream().noneMatch(m -> m.digest().equals(manifest.digest()))) {
            images.add(manifest);
        }
    }

    synchronized Optional<Digest> tagged(Tag tag) {
        return Optional.ofNullable(tagged.get(tag)).map(Descriptor::digest);
    }

    synchronized boolean has(Digest manifest) {
        return manifests.containsKey(manifest);
    }

    /** Those that stood in an index before, and still do. */
    synchronized void keep(List<Descriptor> entries) {
        for (Descriptor entry : entries) {
            String name = entry.annotations().getOrDefault(LayoutArchive.REF_NAME, "");
            if (Tag.isValid(name)) {
                tagged.put(new Tag(name), entry);
            }
            manifests.put(entry.digest(), entry);
        }
    }

    /** The index of all that is not part of another one. */
    synchronized byte[] index() {
        ObjectNode json = StrictJson.newObject();
        json.put("schemaVersion", 2);
        json.put("mediaType", MediaType.OCI_INDEX.value());
        ArrayNode list = json.putArray("manifests");
        Set<Digest> named = new HashSet<>();
        tagged.forEach((tag, descriptor) -> {
            list.add(StrictJson.descriptor(with(descriptor, annotations(tag))));
            named.add(descriptor.digest());
        });
        manifests.forEach((digest, descriptor) -> {
            if (!named.contains(digest) && !children.contains(digest)) {
                list.add(StrictJson.descriptor(with(descriptor, Map.of())));
            }
        });
        return StrictJson.write(json);
    }

    private Map<String, String> annotations(Tag tag) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(LayoutArchive.REF_NAME, tag.value());
        repository.ifPresent(name -> annotations.put(LayoutArchive.IMAGE_NAME, name + ":" + tag));
        return annotations;
    }

    private static Descriptor with(Descriptor descriptor, Map<String, String> annotations) {
        return new Descriptor(
                descriptor.mediaType(),
                descriptor.digest(),
                descriptor.size(),
                Optional.empty(),
                descriptor.artifactType(),
                annotations,
                false);
    }

    /** What docker load, podman load and skopeo read of a docker archive. */
    synchronized byte[] dockerManifest() {
        ArrayNode list = new ArrayNode(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance);
        for (Manifest image : images) {
            if (image.config().isEmpty() || image.subject().isPresent()) {
                continue;
            }
            ObjectNode json = list.addObject();
            json.put("Config", LayoutArchive.path(image.config().get().digest()));
            ArrayNode names = json.putArray("RepoTags");
            tagged.forEach((tag, descriptor) -> {
                if (descriptor.digest().equals(image.digest())) {
                    names.add(repository.orElse("image") + ":" + tag);
                }
            });
            ArrayNode layers = json.putArray("Layers");
            image.layers().forEach(layer -> layers.add(LayoutArchive.path(layer.digest())));
        }
        return StrictJson.write(list);
    }
}
