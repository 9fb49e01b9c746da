package io.wharfgate.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a manifest in the one way that leaves no room for another reader to see something else in it: UTF-8, an object,
 * no name twice, nothing after it. As a stream: a tree of 4 MiB of brackets would take a hundred times that.
 */
final class StrictJson {

    private static final int LONGEST_COMPLAINT = 200;

    // 4 MiB of descriptors are about 300 000 tokens; names are remembered to find repeated ones.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxDocumentLength(Manifests.MAX_SIZE)
                    .maxStringLength(Manifests.MAX_SIZE)
                    .maxTokenCount(400_000)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private static final JsonFactory LENIENT = FACTORY.rebuild()
            .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private StrictJson() {}

    /** Reads one member of the object. The parser stands on its value, and is left on the value's last token. */
    @FunctionalInterface
    interface Member {
        void read(String name, JsonParser value) throws IOException;
    }

    /**
     * Reads the object that is the whole content.
     *
     * @throws RegistryException MANIFEST_INVALID, saying what is wrong and where
     */
    static void readObject(byte[] content, Member member) {
        readObject(FACTORY, content, member);
    }

    /**
     * Reads what was taken before, perhaps by another registry, and is to be served whatever we think of it: of names
     * that are there twice, both.
     *
     * @throws RegistryException MANIFEST_INVALID when it is not JSON at all
     */
    static void readStoredObject(byte[] content, Member member) {
        readObject(LENIENT, content, member);
    }

    private static void readObject(JsonFactory factory, byte[] content, Member member) {
        // A reader decodes strictly, and does not guess at UTF-16 and UTF-32 as Jackson's own decoding of bytes does.
        Reader text = new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser json = factory.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("manifest is not a JSON object");
            }
            readMembers(json, member);
            if (json.nextToken() != null) {
                throw invalid("something follows after the end of the manifest");
            }
        } catch (CharacterCodingException e) {
            throw invalid("manifest is not UTF-8");
        } catch (JsonProcessingException e) {
            throw invalid("manifest is not strict JSON: " + complaint(e));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory cannot fail", e);
        }
    }

    /** Reads the object that the parser stands at the start of, and leaves it at the end. */
    static void readMembers(JsonParser json, Member member) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            member.read(name, json);
            json.skipChildren();
        }
    }

    static RegistryException invalid(String message) {
        return new RegistryException(RegistryError.MANIFEST_INVALID, message);
    }

    private static String complaint(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        String first = message.lines().findFirst().orElse("");
        return first.length() > LONGEST_COMPLAINT ? first.substring(0, LONGEST_COMPLAINT) + "…" : first;
    }
}
