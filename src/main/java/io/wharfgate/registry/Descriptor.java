package io.wharfgate.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A reference from a manifest to other content (OCI image specification, "Content Descriptors").
 *
 * @param field where in the manifest it stands
 * @param size length of the content in bytes, as far as it says one
 * @param elsewhere whether clients may fetch the content from somewhere else, and need not push it
 */
public record Descriptor(String field, Digest digest, OptionalLong size, boolean elsewhere) {

    /**
     * Reads the object that the parser stands at the start of.
     *
     * @throws RegistryException MANIFEST_INVALID
     */
    static Descriptor read(String field, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw StrictJson.invalid(field + " of the manifest is not a descriptor");
        }
        Members members = new Members(field);
        StrictJson.readMembers(json, members);
        return members.descriptor();
    }

    private static final class Members implements StrictJson.Member {

        private final String field;
        private @Nullable Digest digest;
        private OptionalLong size = OptionalLong.empty();
        private boolean elsewhere;

        Members(String field) {
            this.field = field;
        }

        @Override
        public void read(String name, JsonParser value) throws IOException {
            switch (name) {
                case "digest" -> digest = digest(text(name, value));
                case "mediaType" -> elsewhere |= isForeign(text(name, value));
                case "size" -> size = OptionalLong.of(size(value));
                case "urls" -> elsewhere |= holdsSomething(value);
                default -> {
                    // annotations, platform, data: the clients' affair
                }
            }
        }

        Descriptor descriptor() {
            if (digest == null) {
                throw StrictJson.invalid("a descriptor in " + field + " has no digest");
            }
            return new Descriptor(field, digest, size, elsewhere);
        }

        private String text(String name, JsonParser value) throws IOException {
            if (value.currentToken() != JsonToken.VALUE_STRING) {
                throw StrictJson.invalid(name + " of a descriptor in " + field + " is not a string");
            }
            return value.getText();
        }

        private Digest digest(String text) {
            try {
                return Digest.parse(text);
            } catch (RegistryException e) {
                throw new RegistryException(
                        RegistryError.MANIFEST_INVALID,
                        "a descriptor in " + field + " has an invalid digest: " + e.getMessage(),
                        e.detail());
            }
        }

        /** Only its form: distribution never compared it, and clients have pushed wrong ones ever since. */
        private long size(JsonParser value) throws IOException {
            boolean whole = value.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && value.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!whole || value.getLongValue() < 0) {
                throw StrictJson.invalid("size of a descriptor in " + field + " is not a whole number of at least 0");
            }
            return value.getLongValue();
        }

        private boolean holdsSomething(JsonParser array) throws IOException {
            boolean some = false;
            if (array.currentToken() == JsonToken.START_ARRAY) {
                while (array.nextToken() != JsonToken.END_ARRAY) {
                    some = true;
                    array.skipChildren();
                }
            }
            return some;
        }

        /** Layers that Docker and the OCI forbid to pass on, such as those of Windows. */
        private static boolean isForeign(String mediaType) {
            String lower = mediaType.toLowerCase(Locale.ROOT);
            return lower.contains("nondistributable")
                    || lower.equals("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
        }
    }
}
