package io.wharfgate.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of the manifest that it is attached to, and of itself as an attachment. Read leniently, whatever
 * its media type: images and indexes have been judged before they were taken, and artifacts of other kinds (the OCI
 * artifact manifest of 1.1's release candidates is one) are nobody's to judge.
 *
 * @param artifactType its own, when it says one
 * @param configType media type of its config
 * @param annotations its own; only those that are strings
 */
record Attachment(
        Optional<Digest> subject,
        Optional<String> artifactType,
        Optional<String> configType,
        Map<String, String> annotations) {

    private static final Attachment NONE =
            new Attachment(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    static Attachment read(byte[] manifest) {
        Scan scan = new Scan();
        try {
            StrictJson.readStoredObject(manifest, scan);
        } catch (RegistryException e) {
            // Another registry took it, whatever it is.
            return NONE;
        }
        return new Attachment(
                scan.subject(),
                Optional.ofNullable(scan.artifactType),
                Optional.ofNullable(scan.configType),
                scan.annotations);
    }

    /**
     * The type that a list of referrers names it with: without one of its own, an image's is that of its config (OCI
     * distribution specification, "Listing Referrers").
     */
    Optional<String> effectiveType() {
        return artifactType.or(() -> configType);
    }

    /** Reads it member by member. */
    static final class Scan implements StrictJson.Member {

        private @Nullable Digest subject;
        private @Nullable String artifactType;
        private @Nullable String configType;
        private final Map<String, String> annotations = new LinkedHashMap<>();

        @Override
        public void read(String name, JsonParser value) throws IOException {
            switch (name) {
                case "subject" -> subject = digest(member(value, "digest"));
                case "artifactType" -> artifactType = text(value);
                case "config" -> configType = member(value, "mediaType");
                case "annotations" -> annotations(value);
                default -> {
                    // not about attachments
                }
            }
        }

        Optional<Digest> subject() {
            return Optional.ofNullable(subject);
        }

        private void annotations(JsonParser value) throws IOException {
            if (value.currentToken() == JsonToken.START_OBJECT) {
                StrictJson.readMembers(value, (key, annotation) -> {
                    if (annotation.currentToken() == JsonToken.VALUE_STRING) {
                        annotations.put(key, annotation.getText());
                    }
                });
            }
        }

        private static @Nullable String member(JsonParser object, String wanted) throws IOException {
            String[] found = new String[1];
            if (object.currentToken() == JsonToken.START_OBJECT) {
                StrictJson.readMembers(object, (name, value) -> {
                    if (name.equals(wanted)) {
                        found[0] = text(value);
                    }
                });
            }
            return found[0];
        }

        private static @Nullable String text(JsonParser value) throws IOException {
            boolean some = value.currentToken() == JsonToken.VALUE_STRING
                    && !value.getText().isEmpty();
            return some ? value.getText() : null;
        }

        private static @Nullable Digest digest(@Nullable String text) {
            try {
                return text == null ? null : Digest.parse(text);
            } catch (RegistryException e) {
                return null;
            }
        }
    }
}
