package io.wharfgate.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the parts of one manifest that copying needs. Takes what registries take; refuses what could be read in two ways. */
final class ManifestReader {

    private final byte[] content;

    ManifestReader(byte[] content) {
        this.content = content;
    }

    Manifest read(Digest digest, Optional<MediaType> served) throws ExchangeException {
        JsonNode json = StrictJson.object(content, "a manifest");
        MediaType type = mediaType(json, served);
        boolean image = type.sameAs(MediaType.OCI_MANIFEST) || type.sameAs(MediaType.DOCKER_MANIFEST);
        boolean index = type.sameAs(MediaType.OCI_INDEX) || type.sameAs(MediaType.DOCKER_MANIFEST_LIST);
        if ((image && json.hasNonNull("manifests")) || (index && json.hasNonNull("layers"))) {
            throw new ExchangeException("a manifest has both layers and manifests, which makes it ambiguous");
        }
        if (image && !json.hasNonNull("config")) {
            throw new ExchangeException("an image manifest has no config");
        }
        return new Manifest(
                digest,
                type,
                content,
                index ? Optional.empty() : one(json, "config"),
                list(json, index ? "" : image ? "layers" : "blobs"),
                list(json, index ? "manifests" : ""),
                one(json, "subject"),
                text(json, "artifactType"),
                annotations(json));
    }

    private static MediaType mediaType(JsonNode json, Optional<MediaType> served) throws ExchangeException {
        if (json.has("fsLayers") || json.path("schemaVersion").asInt(2) == 1) {
            throw new ExchangeException("this is one of Docker's schema 1 manifests, which nothing takes any more;"
                    + " push the image anew with a Docker of after 2016");
        }
        Optional<MediaType> own =
                text(json, "mediaType").filter(MediaType::isValid).map(MediaType::new);
        if (own.isPresent()) {
            return own.get();
        }
        if (served.isPresent() && !served.get().sameAs(MediaType.OCTET_STREAM) && !generic(served.get())) {
            return served.get();
        }
        if (json.has("manifests")) {
            return MediaType.OCI_INDEX;
        }
        if (json.has("config")) {
            return MediaType.OCI_MANIFEST;
        }
        throw new ExchangeException("this is no manifest: it has neither a mediaType nor a known shape");
    }

    private static boolean generic(MediaType type) {
        return type.essence().equals("application/json") || type.essence().equals("text/plain");
    }

    private static Optional<Descriptor> one(JsonNode json, String field) throws ExchangeException {
        return json.hasNonNull(field) ? Optional.of(descriptor(json.get(field), field)) : Optional.empty();
    }

    private static List<Descriptor> list(JsonNode json, String field) throws ExchangeException {
        List<Descriptor> found = new ArrayList<>();
        // Go writes an empty list as null.
        if (field.isEmpty() || !json.hasNonNull(field)) {
            return found;
        }
        if (!json.get(field).isArray()) {
            throw new ExchangeException(field + " of a manifest is not a list");
        }
        for (JsonNode entry : json.get(field)) {
            found.add(descriptor(entry, field));
        }
        return List.copyOf(found);
    }

    /** @param field where it stands, for messages */
    static Descriptor descriptor(JsonNode json, String field) throws ExchangeException {
        String digest = json.path("digest").asText("");
        JsonNode size = json.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
            throw new ExchangeException("a descriptor in " + field + " has no size that can be");
        }
        String type = json.path("mediaType").asText("");
        try {
            return new Descriptor(
                    MediaType.isValid(type) ? new MediaType(type) : MediaType.OCTET_STREAM,
                    Digest.parse(digest),
                    size.asLong(),
                    platform(json.path("platform")),
                    text(json, "artifactType"),
                    annotations(json),
                    json.path("urls").size() > 0 || isForeign(type));
        } catch (RegistryException e) {
            throw new ExchangeException(
                    "a descriptor in " + field + " has no digest that can be: " + e.getMessage(), e);
        }
    }

    /** Layers that Docker and the OCI forbid to pass on, such as those of Windows. */
    private static boolean isForeign(String mediaType) {
        String lower = mediaType.toLowerCase(Locale.ROOT);
        return lower.contains("nondistributable")
                || lower.equals("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
    }

    private static Optional<Platform> platform(JsonNode json) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new Platform(
                json.path("os").asText(""), json.path("architecture").asText(""), text(json, "variant")));
    }

    private static Optional<String> text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() && !value.asText().isEmpty() ? Optional.of(value.asText()) : Optional.empty();
    }

    private static Map<String, String> annotations(JsonNode json) {
        Map<String, String> found = new LinkedHashMap<>();
        json.path("annotations")
                .properties()
                .forEach(entry -> found.put(entry.getKey(), entry.getValue().asText("")));
        return found;
    }
}
