package io.wharfgate.oci;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A media type as it was pushed, parameters and spelling included: a manifest is served with the very Content-Type it
 * came with. Compare by {@link #essence()}.
 */
public record MediaType(String value) {

    private static final int MAX_LENGTH = 255;
    private static final String TOKEN = "[A-Za-z0-9!#$&^_.+-]++";
    // Parameters are kept as they are, as long as they are printable: the value becomes a header again.
    private static final Pattern GRAMMAR = Pattern.compile(TOKEN + "/" + TOKEN + "(?:\\s*;[\\x20-\\x7e]*+)?");

    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_MANIFEST_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
    public static final MediaType DOCKER_SCHEMA1 =
            new MediaType("application/vnd.docker.distribution.manifest.v1+json");
    public static final MediaType DOCKER_SCHEMA1_SIGNED =
            new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws");
    public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

    public MediaType {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a media type");
        }
    }

    /** Whether the text is a media type that can be kept and served: type, subtype, printable parameters. */
    public static boolean isValid(String text) {
        return text.length() <= MAX_LENGTH && GRAMMAR.matcher(text).matches();
    }

    /** Type and subtype in lower case, without parameters. */
    public String essence() {
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
    }

    /** Whether both name the same type, whatever their parameters. */
    public boolean sameAs(MediaType other) {
        return essence().equals(other.essence());
    }

    @Override
    public String toString() {
        return value;
    }
}
