package io.wharfgate.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Small JSON documents: read in the one way that leaves no room for another reader, and bounded; written without blanks. */
public final class StrictJson {

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxDocumentLength(Manifest.MAX_SIZE)
                            .maxStringLength(Manifest.MAX_SIZE)
                            .maxTokenCount(400_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(SerializationFeature.INDENT_OUTPUT);

    private StrictJson() {}

    /**
     * The object that is the whole content.
     *
     * @param what it is, for the message
     * @throws ExchangeException when it is no such thing
     */
    public static JsonNode object(byte[] content, String what) throws ExchangeException {
        JsonNode json = any(content, what);
        if (!json.isObject()) {
            throw new ExchangeException(what + " is not a JSON object");
        }
        return json;
    }

    /** Any value; see {@link #object}. */
    public static JsonNode any(byte[] content, String what) throws ExchangeException {
        try {
            return MAPPER.readTree(new String(content, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new ExchangeException(
                    what + " is not strict JSON: " + Printable.of(String.valueOf(e.getOriginalMessage())), e);
        }
    }

    public static ObjectNode newObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static byte[] write(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
    }

    /** The object of a descriptor, in the order of the specification's examples. */
    public static ObjectNode descriptor(Descriptor descriptor) {
        ObjectNode json = newObject();
        json.put("mediaType", descriptor.mediaType().value());
        json.put("digest", descriptor.digest().toString());
        json.put("size", descriptor.size());
        descriptor.artifactType().ifPresent(type -> json.put("artifactType", type));
        descriptor.platform().ifPresent(platform -> {
            ObjectNode object = json.putObject("platform");
            object.put("architecture", platform.architecture());
            object.put("os", platform.os());
            platform.variant().ifPresent(variant -> object.put("variant", variant));
        });
        if (!descriptor.annotations().isEmpty()) {
            ObjectNode annotations = json.putObject("annotations");
            new java.util.TreeMap<>(descriptor.annotations()).forEach(annotations::put);
        }
        return json;
    }

    /**
     * Reads the object of a descriptor.
     *
     * @param where it stands, for the message
     */
    public static Descriptor readDescriptor(JsonNode json, String where) throws ExchangeException {
        return ManifestReader.descriptor(json, where);
    }
}
