package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryException;
import java.util.List;
import java.util.Optional;

/**
 * What a manifest that is stored says, whoever took it: read leniently, as it is served whatever we think of it.
 *
 * @param ownType the media type that its content tells, by name or by shape
 * @param namedType the media type that it names itself
 * @param references what has to be in its repository for it to be whole, in its order
 * @param subject the manifest that it is attached to
 */
public record StoredManifest(
        Optional<MediaType> ownType,
        Optional<MediaType> namedType,
        List<Descriptor> references,
        Optional<Digest> subject) {

    public StoredManifest {
        references = List.copyOf(references);
    }

    /**
     * Reads it.
     *
     * @param servedType what it is served with, where that is not what its content tells
     * @throws RegistryException MANIFEST_INVALID when nothing can be made of it
     */
    public static StoredManifest read(byte[] content, Optional<MediaType> servedType) {
        ManifestHead head = ManifestHead.readStored(content);
        MediaType type = servedType.or(head::derivedType).orElse(MediaType.OCTET_STREAM);
        return new StoredManifest(
                head.derivedType(),
                head.mediaType(),
                ManifestRules.readStored(type, content),
                Attachment.read(content).subject());
    }

    /** The manifest that this one is attached to; also of one that nothing else can be made of. */
    public static Optional<Digest> subject(byte[] content) {
        return Attachment.read(content).subject();
    }
}
