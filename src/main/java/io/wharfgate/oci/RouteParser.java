package io.wharfgate.oci;

import java.util.Map;

/**
 * Turns the raw path of a request target into a {@link RegistryRoute}.
 *
 * <p>A repository may have components named {@code blobs}, {@code manifests}, {@code uploads} or {@code tags}, so the
 * path is read from the right. Nothing is decoded but {@code %3A}, which some clients write for the colon of a digest:
 * an escaped slash, dot or NUL, an empty or dot segment or a backslash never gets as far as a name.
 */
public final class RouteParser {

    private static final String ROOT = "/v2";

    private RouteParser() {}

    /** Whether the path lies below {@code /v2}, and so is this parser's to answer for. */
    public static boolean owns(String rawPath) {
        return rawPath.equals(ROOT) || rawPath.startsWith(ROOT + "/");
    }

    /**
     * Reads a path.
     *
     * @param rawPath path of the request target as it came, without the query
     * @throws RegistryException NAME_INVALID, DIGEST_INVALID, TAG_INVALID, BLOB_UPLOAD_UNKNOWN or NOT_FOUND; not to be
     *     shown to a client before it is authenticated
     */
    public static RegistryRoute parse(String rawPath) {
        if (rawPath.equals(ROOT) || rawPath.equals(ROOT + "/")) {
            return new RegistryRoute.Ping();
        }
        if (!owns(rawPath)) {
            throw notFound();
        }
        String path = rawPath.substring(ROOT.length() + 1);
        if (path.equals("_catalog")) {
            return new RegistryRoute.Catalog();
        }
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            plain(path);
            throw notFound();
        }
        String last = path.substring(slash + 1);
        String front = path.substring(0, slash);
        if (last.isEmpty()) {
            return new RegistryRoute.Uploads(nameBefore(front, "/blobs/uploads"));
        }
        if (last.equals("uploads") && front.endsWith("/blobs")) {
            return new RegistryRoute.Uploads(nameBefore(front, "/blobs"));
        }
        if (last.equals("list") && front.endsWith("/tags")) {
            return new RegistryRoute.Tags(nameBefore(front, "/tags"));
        }
        if (front.endsWith("/manifests")) {
            return new RegistryRoute.Manifest(nameBefore(front, "/manifests"), Reference.parse(plain(last)));
        }
        if (front.endsWith("/blobs/uploads")) {
            return new RegistryRoute.Upload(nameBefore(front, "/blobs/uploads"), UploadId.parse(plain(last)));
        }
        if (front.endsWith("/blobs")) {
            return new RegistryRoute.Blob(nameBefore(front, "/blobs"), Digest.parse(plain(last)));
        }
        // Where an escape hides the shape of the path, the name is what is wrong with it.
        plain(path);
        throw notFound();
    }

    private static RepositoryName nameBefore(String path, String suffix) {
        if (!path.endsWith(suffix)) {
            plain(path);
            throw notFound();
        }
        return RepositoryName.parse(plain(path.substring(0, path.length() - suffix.length())));
    }

    /** The text with {@code %3A} read as a colon; any other escape, and whatever no route can hold, is refused. */
    private static String plain(String text) {
        String read = text.indexOf('%') < 0 ? text : text.replace("%3A", ":").replace("%3a", ":");
        for (int i = 0; i < read.length(); i++) {
            char c = read.charAt(i);
            if (c == '%' || c == '\\' || c == ';' || c <= ' ' || c >= 0x7f) {
                throw new RegistryException(
                        RegistryError.NAME_INVALID,
                        "path holds an escaped or forbidden character",
                        Map.of("position", Integer.toString(i)));
            }
        }
        return read;
    }

    private static RegistryException notFound() {
        return new RegistryException(RegistryError.NOT_FOUND, "no such resource below /v2/");
    }
}
