package io.wharfgate.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.wharfgate.oci.MediaType;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a manifest says of itself at its top level.
 *
 * @param schemaVersion one, two or whatever it says; 0 when it says nothing that is a number
 * @param mediaType its own {@code mediaType}
 * @param fields the top-level fields that hold something and tell kinds of manifest apart
 */
record ManifestHead(int schemaVersion, Optional<MediaType> mediaType, Set<String> fields) {

    private static final Set<String> TELLING =
            Set.of("manifests", "config", "layers", "fsLayers", "history", "signatures");

    ManifestHead {
        fields = Set.copyOf(fields);
    }

    /**
     * Reads all of the content.
     *
     * @throws io.wharfgate.oci.RegistryException MANIFEST_INVALID when it is not strict JSON, or says its type wrongly
     */
    static ManifestHead read(byte[] content) {
        Scan scan = new Scan();
        StrictJson.readObject(content, scan);
        return scan.head();
    }

    /**
     * Reads what is stored already, and not refused any more for its form.
     *
     * @throws io.wharfgate.oci.RegistryException MANIFEST_INVALID when nothing can be made of it
     */
    static ManifestHead readStored(byte[] content) {
        Scan scan = new Scan();
        StrictJson.readStoredObject(content, scan);
        return scan.head();
    }

    boolean has(String field) {
        return fields.contains(field);
    }

    /** Whether this is Docker's image manifest version 2, schema 1, whatever it was pushed as. */
    boolean isSchema1() {
        return schemaVersion == 1 && (mediaType.isEmpty() || has("fsLayers"));
    }

    /** Its media type, going by what it says or else by its shape, as CNCF distribution does. */
    Optional<MediaType> derivedType() {
        if (mediaType.isPresent()) {
            return mediaType;
        }
        if (isSchema1()) {
            return Optional.of(has("signatures") ? MediaType.DOCKER_SCHEMA1_SIGNED : MediaType.DOCKER_SCHEMA1);
        }
        if (has("manifests")) {
            return Optional.of(MediaType.OCI_INDEX);
        }
        return has("config") && has("layers") ? Optional.of(MediaType.OCI_MANIFEST) : Optional.empty();
    }

    /** Collects while the parser goes over the top level. */
    private static final class Scan implements StrictJson.Member {

        private int schemaVersion;
        private Optional<MediaType> mediaType = Optional.empty();
        private final Set<String> fields = new HashSet<>();

        @Override
        public void read(String name, JsonParser value) throws IOException {
            if (name.equals("schemaVersion") && value.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                schemaVersion = value.getIntValue();
            } else if (name.equals("mediaType") && value.currentToken() != JsonToken.VALUE_NULL) {
                mediaType = mediaType(value);
            } else if (TELLING.contains(name) && value.currentToken() != JsonToken.VALUE_NULL) {
                fields.add(name);
            }
        }

        ManifestHead head() {
            return new ManifestHead(schemaVersion, mediaType, fields);
        }

        private static Optional<MediaType> mediaType(JsonParser value) throws IOException {
            if (value.currentToken() != JsonToken.VALUE_STRING) {
                throw StrictJson.invalid("mediaType of the manifest is not a string");
            }
            String text = value.getText();
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (!MediaType.isValid(text)) {
                throw StrictJson.invalid("mediaType of the manifest is not a media type");
            }
            return Optional.of(new MediaType(text));
        }
    }
}
