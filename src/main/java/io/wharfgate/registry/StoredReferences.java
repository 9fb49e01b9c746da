package io.wharfgate.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a stored manifest leads to, whatever kind of manifest it is: every descriptor anywhere in it, and the layers of Docker's
 * schema 1. Rather too much than too little, as what nothing leads to is deleted.
 *
 * @param content config, layers, blobs, entries, and what artifacts of kinds that nobody here knows describe
 * @param subject the manifest that it is attached to, which it does not lead to
 */
public record StoredReferences(Set<Digest> content, Optional<Digest> subject) {

    public StoredReferences {
        content = Set.copyOf(content);
    }

    /**
     * Reads what a stored manifest refers to.
     *
     * @throws RegistryException MANIFEST_INVALID when it is not JSON at all
     */
    public static StoredReferences read(byte[] manifest) {
        Set<Digest> found = new LinkedHashSet<>();
        Attachment.Scan attachment = new Attachment.Scan();
        StrictJson.readStoredObject(manifest, (name, value) -> {
            if (name.equals("subject")) {
                attachment.read(name, value);
            } else {
                collect(value, found);
            }
        });
        return new StoredReferences(found, attachment.subject());
    }

    /** From the value that the parser stands on, and leaves it at the end of. */
    private static void collect(JsonParser json, Set<Digest> found) throws IOException {
        if (!json.currentToken().isStructStart()) {
            return;
        }
        int depth = 1;
        String name = "";
        while (depth > 0) {
            JsonToken token = json.nextToken();
            if (token == null) {
                return;
            } else if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME) {
                name = json.currentName();
            } else if (token == JsonToken.VALUE_STRING && (name.equals("digest") || name.equals("blobSum"))) {
                add(json.getText(), found);
            }
        }
    }

    private static void add(String text, Set<Digest> found) {
        try {
            found.add(Digest.parse(text));
        } catch (RegistryException e) {
            // of an algorithm that nothing here is stored by
        }
    }
}
