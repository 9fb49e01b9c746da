package io.wharfgate.oci;

import java.util.Locale;
import java.util.UUID;

/** The id of an upload session: a UUID in its canonical form, as CNCF distribution names its upload directories. */
public record UploadId(UUID value) {

    /** A new id that nobody can guess. */
    public static UploadId random() {
        return new UploadId(UUID.randomUUID());
    }

    /**
     * Reads the last component of {@code /v2/<name>/blobs/uploads/<id>}.
     *
     * @throws RegistryException BLOB_UPLOAD_UNKNOWN when it is no id that this registry can have given
     */
    public static UploadId parse(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            // fromString also takes shortened groups; two spellings of one session must not exist.
            if (uuid.toString().equals(text.toLowerCase(Locale.ROOT))) {
                return new UploadId(uuid);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new RegistryException(RegistryError.BLOB_UPLOAD_UNKNOWN);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
