package io.wharfgate.registry.api;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * A registry somewhere, as a client knows it: nothing here says whether it is one process or a gateway before another.
 *
 * @param base scheme, host and port, without a slash at the end
 * @param trust takes the registry's certificate
 * @param traits what it does otherwise
 */
public record RegistryUnderTest(URI base, SSLContext trust, String user, String password, Set<Trait> traits) {

    /** What a registry does otherwise than an all-in-one service; the contract then asks for that instead. */
    public enum Trait {
        /**
         * Users come in to {@code /v1/}, for there may be an upstream that knows it; a mount from what is no name, or
         * from nothing named, becomes an upload, as from every source that is not known to be readable; a client that expects 100 is told it before the
         * upstream has seen the request; what came in one piece with a broken chunk is not passed on.
         */
        GATEWAY,

        // The others are those of distribution 2.8, CNCF's registry as Debian 12 has it.

        /**
         * The state of an upload stands in its Location, which so changes with every step; and an upload whose state is
         * missing, old or another's is called invalid, not unknown.
         */
        STATE_IN_LOCATION,

        /** What a part has brought can be seen, and built upon, only when the part has come whole. */
        PARTS_COUNT_WHEN_WHOLE,

        /** Content-Range of a part is not looked at: parts are appended in the order in which they come. */
        CONTENT_RANGE_IGNORED,

        /** {@code POST ?digest=} begins an upload, and its body is not looked at. */
        NO_SINGLE_POST,

        /** A mount without a source, or of what is no digest, becomes an upload. */
        MOUNT_IS_A_WISH,

        /** Content is stored by SHA-256, whatever digest it was pushed with, and {@code digest-algorithm} is not known. */
        NO_SHA512,

        /** Neither referrers, nor OCI-Subject: that is specification 1.1, and this registry 1.0. */
        NO_REFERRERS,

        /** {@code PUT ?tag=} is not known; it is newer still. */
        NO_TAG_PARAMETER,

        /** Manifests are taken only with the types of OCI images and indexes and of Docker's, and only named as such. */
        KNOWN_MANIFESTS_ONLY,

        /** A manifest that is {@code null} is a 500, and one without a proper config is told with several errors. */
        UNCHECKED_MANIFESTS,

        /** A layer that is not to be distributed must name URLs to be let off. */
        FOREIGN_LAYERS_NEED_URLS,

        /** Only an Accept header that names OCI's types gets manifests of these types. */
        ACCEPT_DECIDES,

        /** 304 for a manifest has no ETag. */
        NO_ETAG_ON_304,

        /** A manifest that is too large is a 400. */
        NO_413,

        /** A request is refused when its body has come, and never before. */
        READS_BODY_FIRST,

        /** A repository is not told from what lies in it. */
        NO_NAME_UNKNOWN,

        /** All tags come in one list and in any order: {@code n} and {@code last} are not looked at. */
        TAGS_WHOLE,

        /**
         * A repository is listed with its first blob and for ever; the catalog's parameters are not checked, stand in
         * its links in another order, and the list is in the order of directories.
         */
        CATALOG_OF_DIRECTORIES,

        /** A manifest is deleted by its digest, and a tag not at all. */
        NO_DELETE_BY_TAG,

        /** 405 for deletes that are switched off has no Allow. */
        NO_ALLOW,

        /** Paths and methods that are not known are told in plain text, as Go's router does; any method pings. */
        METHODS_IN_TEXT,

        /** {@code /v2} and {@code /blobs/uploads} redirect to where a slash follows. */
        SLASH_MATTERS,

        /**
         * A Range that holds nothing, or that is none, is a 416 in plain text, and is cut off: its Content-Length is that
         * of the blob. One range of several may be unsatisfiable.
         */
        BROKEN_416,

        /** Parts of several ranges are written as Go does it. */
        GO_MULTIPART;

        /** Distribution 2.8 behind our gateway. */
        static final Set<Trait> DOCKER_REGISTRY_BEHIND_GATEWAY = Set.copyOf(EnumSet.allOf(Trait.class));
    }

    public RegistryUnderTest(URI base, SSLContext trust, String user, String password) {
        this(base, trust, user, password, Set.of());
    }

    public RegistryUnderTest with(Set<Trait> traits) {
        return new RegistryUnderTest(base, trust, user, password, Set.copyOf(traits));
    }

    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    public String authorization() {
        return basic(user, password);
    }

    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    public RegistryClient client() {
        return new RegistryClient(this);
    }

    public RawTls raw() throws IOException {
        return RawTls.connect(this);
    }
}
