package io.wharfgate.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest must look like to be taken, going by its content alone. Strict about images and indexes, which
 * clients act on; any other JSON object is somebody's artifact and none of our business.
 */
final class ManifestRules {

    /** Kinds of manifest by what they refer to. */
    private enum Kind {
        IMAGE,
        INDEX,
        ARTIFACT;

        static Kind of(MediaType type) {
            if (type.sameAs(MediaType.OCI_MANIFEST) || type.sameAs(MediaType.DOCKER_MANIFEST)) {
                return IMAGE;
            }
            return type.sameAs(MediaType.OCI_INDEX) || type.sameAs(MediaType.DOCKER_MANIFEST_LIST) ? INDEX : ARTIFACT;
        }
    }

    private ManifestRules() {}

    /**
     * What a manifest has turned out to be.
     *
     * @param mediaType what to serve it with
     * @param impliedType whether the content alone says the same
     * @param references what must be in the repository for it to be whole
     */
    record Accepted(MediaType mediaType, boolean impliedType, List<Descriptor> references) {}

    /**
     * Judges a manifest.
     *
     * @param pushedType its Content-Type, if it came with one
     * @throws RegistryException MANIFEST_INVALID, saying what is wrong with it
     */
    static Accepted accept(Optional<MediaType> pushedType, byte[] content) {
        ManifestHead head = ManifestHead.read(content);
        refuseSchema1(pushedType, head);
        refuseContradiction(pushedType, head);
        Optional<MediaType> derived = head.derivedType();
        MediaType type = pushedType
                .or(() -> derived)
                .orElseThrow(() -> StrictJson.invalid(
                        "manifest has neither a mediaType nor a known shape; push it with its Content-Type"));
        return new Accepted(type, derived.equals(Optional.of(type)), references(Kind.of(type), head, content));
    }

    /**
     * The entries of an index that is stored already.
     *
     * @throws RegistryException MANIFEST_INVALID when they cannot be read
     */
    static List<Descriptor> readIndex(byte[] content) {
        return read(content, Map.of("manifests", true));
    }

    /**
     * What a manifest refers to that is stored already, and served with that type.
     *
     * @throws RegistryException MANIFEST_INVALID when nothing can be made of it
     */
    static List<Descriptor> readStored(MediaType type, byte[] content) {
        return switch (Kind.of(type)) {
            case IMAGE -> readStored(content, Map.of("config", false, "layers", true));
            case INDEX -> readStored(content, Map.of("manifests", true));
            case ARTIFACT -> List.of();
        };
    }

    private static void refuseSchema1(Optional<MediaType> pushedType, ManifestHead head) {
        boolean pushedAsSchema1 = pushedType
                .or(head::mediaType)
                .filter(type -> type.sameAs(MediaType.DOCKER_SCHEMA1) || type.sameAs(MediaType.DOCKER_SCHEMA1_SIGNED))
                .isPresent();
        boolean artifact =
                pushedType.isPresent() && Kind.of(pushedType.get()) == Kind.ARTIFACT && !head.has("fsLayers");
        if (pushedAsSchema1 || (head.isSchema1() && !artifact)) {
            throw StrictJson.invalid("Docker's schema 1 manifests are not supported;"
                    + " push with Docker 1.10 or later, or convert with: skopeo copy --format v2s2");
        }
    }

    /** Two readers that go by different fields must not see different things (GHSA-mc8v-mgrf-8f4m, GHSA-77vh-xpmg-72qh). */
    private static void refuseContradiction(Optional<MediaType> pushedType, ManifestHead head) {
        if (pushedType.isPresent()
                && head.mediaType().isPresent()
                && !pushedType.get().sameAs(head.mediaType().get())) {
            throw StrictJson.invalid(
                    "manifest was pushed as " + pushedType.get().essence() + " and calls itself "
                            + head.mediaType().get().essence());
        }
    }

    private static List<Descriptor> references(Kind kind, ManifestHead head, byte[] content) {
        return switch (kind) {
            case IMAGE -> {
                refuse(head, "manifests", "an image manifest");
                refuse(head, "fsLayers", "an image manifest");
                if (!head.has("config")) {
                    throw StrictJson.invalid("an image manifest has no config");
                }
                yield read(content, Map.of("config", false, "layers", true, "subject", false));
            }
            case INDEX -> {
                refuse(head, "layers", "an index");
                refuse(head, "config", "an index");
                refuse(head, "fsLayers", "an index");
                yield read(content, Map.of("manifests", true, "subject", false));
            }
            case ARTIFACT -> List.of();
        };
    }

    private static void refuse(ManifestHead head, String field, String kind) {
        if (head.has(field)) {
            throw StrictJson.invalid(kind + " has a field " + field + ", which makes it ambiguous");
        }
    }

    /** @param fields those with descriptors, and whether it is a list of them */
    private static List<Descriptor> read(byte[] content, Map<String, Boolean> fields) {
        List<Descriptor> found = new ArrayList<>();
        StrictJson.readObject(content, collect(fields, found));
        // A subject may come after what refers to it (OCI distribution specification, "Pushing Manifests with
        // Subject").
        found.removeIf(descriptor -> descriptor.field().equals("subject") || descriptor.elsewhere());
        return List.copyOf(found);
    }

    private static List<Descriptor> readStored(byte[] content, Map<String, Boolean> fields) {
        List<Descriptor> found = new ArrayList<>();
        StrictJson.readStoredObject(content, collect(fields, found));
        found.removeIf(Descriptor::elsewhere);
        return List.copyOf(found);
    }

    private static StrictJson.Member collect(Map<String, Boolean> fields, List<Descriptor> found) {
        return (name, value) -> {
            Boolean list = fields.get(name);
            // Go writes an empty list as null.
            if (list == null || value.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (list) {
                readList(name, value, found);
            } else {
                found.add(Descriptor.read(name, value));
            }
        };
    }

    private static void readList(String field, JsonParser value, List<Descriptor> found) throws IOException {
        if (value.currentToken() != JsonToken.START_ARRAY) {
            throw StrictJson.invalid(field + " of the manifest is not a list");
        }
        while (value.nextToken() != JsonToken.END_ARRAY) {
            found.add(Descriptor.read(field, value));
        }
    }
}
