package io.wharfgate.oci;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The id of an upload session. This registry's own are UUIDs, as CNCF distribution names its upload directories; those
 * of a registry behind a gateway can be anything that registries are known to make up (long base64 of Google's, names
 * of GitHub's), and mean nothing here.
 *
 * @param value one path component, never a dot segment; a UUID is in its canonical form
 */
public record UploadId(String value) {

    /** Longer ones are no ids: the longest seen are some hundred characters. */
    public static final int MAX_LENGTH = 1024;

    private static final String MARKS = "._~=+@,-";

    public UploadId {
        if (!isId(value)) {
            throw new IllegalArgumentException("not an id of an upload");
        }
        // Two spellings of one session must not exist.
        value = uuid(value).map(UUID::toString).orElse(value);
    }

    /** A new id of this registry's that nobody can guess. */
    public static UploadId random() {
        return new UploadId(UUID.randomUUID().toString());
    }

    /**
     * Reads the last component of {@code /v2/<name>/blobs/uploads/<id>}.
     *
     * @throws RegistryException BLOB_UPLOAD_UNKNOWN when it is no id that any registry can have given
     */
    public static UploadId parse(String text) {
        if (!isId(text)) {
            throw new RegistryException(RegistryError.BLOB_UPLOAD_UNKNOWN);
        }
        return new UploadId(text);
    }

    /** The UUID that it is, if it can be one of this registry's own. */
    public Optional<UUID> uuid() {
        return uuid(value);
    }

    private static Optional<UUID> uuid(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            // fromString also takes shortened groups.
            return uuid.toString().equals(text.toLowerCase(Locale.ROOT)) ? Optional.of(uuid) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isId(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && !text.equals(".")
                && !text.equals("..")
                && text.chars().allMatch(UploadId::isAllowed);
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || MARKS.indexOf(c) >= 0;
    }

    @Override
    public String toString() {
        return value;
    }
}
