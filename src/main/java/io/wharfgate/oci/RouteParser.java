package io.wharfgate.oci;

import java.util.Map;
import java.util.Optional;

/**
 * Turns the raw path of a request target into a {@link RegistryRoute}.
 *
 * <p>A repository may have components named {@code blobs}, {@code manifests}, {@code uploads} or {@code tags}, so the
 * path is read from the right. Nothing is decoded but {@code %3A}, which some clients write for the colon of a digest:
 * an escaped slash, dot or NUL, an empty or dot segment or a backslash never gets as far as a name. What has the shape
 * of no resource is {@link RegistryRoute.Other}, and just as plain.
 */
public final class RouteParser {

    private static final String ROOT = "/v2";
    private static final String FIRST_VERSION = "/v1/";

    private RouteParser() {}

    /** Whether the path lies below {@code /v2}, where the registry is. */
    public static boolean owns(String rawPath) {
        return rawPath.equals(ROOT) || rawPath.startsWith(ROOT + "/");
    }

    /** Whether the path lies below {@code /v1/}: the API of the first registries, which only a gateway lets through. */
    public static boolean isFirstVersion(String rawPath) {
        return rawPath.startsWith(FIRST_VERSION);
    }

    /**
     * Reads a path.
     *
     * @param rawPath path of the request target as it came, without the query
     * @throws RegistryException NAME_INVALID, DIGEST_INVALID, TAG_INVALID, BLOB_UPLOAD_UNKNOWN, or NOT_FOUND for what lies
     *     below neither {@code /v2} nor {@code /v1/}; not to be shown to a client before it is authenticated
     */
    public static RegistryRoute parse(String rawPath) {
        if (rawPath.equals(ROOT) || rawPath.equals(ROOT + "/")) {
            return new RegistryRoute.Ping();
        }
        if (isFirstVersion(rawPath)) {
            return other(rawPath, rawPath.substring(FIRST_VERSION.length()));
        }
        if (!owns(rawPath)) {
            throw notFound();
        }
        String path = rawPath.substring(ROOT.length() + 1);
        return resource(path).orElseGet(() -> {
            // A lenient server would take one slash too many for none, and serve a repository without its rules.
            if (path.endsWith("/")
                    && resource(path.substring(0, path.length() - 1)).isPresent()) {
                throw notFound();
            }
            return other(rawPath, path);
        });
    }

    private static Optional<RegistryRoute> resource(String path) {
        if (path.equals("_catalog")) {
            return Optional.of(new RegistryRoute.Catalog());
        }
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String last = path.substring(slash + 1);
        String front = path.substring(0, slash);
        if (last.isEmpty()) {
            return nameBefore(front, "/blobs/uploads").map(RegistryRoute.Uploads::new);
        }
        if (last.equals("uploads") && front.endsWith("/blobs")) {
            return nameBefore(front, "/blobs").map(RegistryRoute.Uploads::new);
        }
        if (last.equals("list") && front.endsWith("/tags")) {
            return nameBefore(front, "/tags").map(RegistryRoute.Tags::new);
        }
        if (front.endsWith("/manifests")) {
            return nameBefore(front, "/manifests")
                    .map(name -> new RegistryRoute.Manifest(name, Reference.parse(plain(last))));
        }
        if (front.endsWith("/blobs/uploads")) {
            return nameBefore(front, "/blobs/uploads")
                    .map(name -> new RegistryRoute.Upload(name, UploadId.parse(plain(last))));
        }
        if (front.endsWith("/referrers")) {
            return nameBefore(front, "/referrers")
                    .map(name -> new RegistryRoute.Referrers(name, Digest.parse(plain(last))));
        }
        return nameBefore(front, "/blobs").map(name -> new RegistryRoute.Blob(name, Digest.parse(plain(last))));
    }

    private static Optional<RepositoryName> nameBefore(String path, String suffix) {
        if (!path.endsWith(suffix)) {
            return Optional.empty();
        }
        return Optional.of(RepositoryName.parse(plain(path.substring(0, path.length() - suffix.length()))));
    }

    /** What an upstream might unescape or normalise into the path of a resource is refused. */
    private static RegistryRoute other(String rawPath, String path) {
        String[] components = plain(path).split("/", -1);
        for (int i = 0; i < components.length; i++) {
            String component = components[i];
            if (component.equals(".") || component.equals("..") || (component.isEmpty() && i < components.length - 1)) {
                throw new RegistryException(RegistryError.NAME_INVALID, "path holds an empty or a dot component");
            }
        }
        return new RegistryRoute.Other(rawPath);
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
