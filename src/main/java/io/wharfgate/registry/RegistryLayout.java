package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.storage.ObjectKey;
import java.util.List;
import java.util.UUID;

/**
 * Every path of the storage, and nothing else makes one. The layout is that of CNCF distribution 2.8
 * ({@code registry/storage/paths.go}), so that either can go on with what the other has written:
 *
 * <pre>
 * docker/registry/v2/
 * ├── blobs/
 * │   └── sha256/ab/abcdef…/data                  content of layers, configs and manifests, once for all repositories
 * └── repositories/
 *     └── library/alpine/                         the name's components are directories
 *         ├── _layers/sha256/abcdef…/link         this repository has that blob
 *         ├── _manifests/
 *         │   ├── revisions/sha256/abcdef…/
 *         │   │   ├── link                        this repository has that manifest
 *         │   │   └── mediatype                   ours: pushed media type, where the content says another or none
 *         │   ├── tags/latest/
 *         │   │   ├── current/link                what the tag points to
 *         │   │   └── index/sha256/abcdef…/link   what it has ever pointed to
 *         │   ├── pulled                          ours: when tags and manifests were last pulled
 *         │   └── referrers/                      ours: which manifests have which subject
 *         │       ├── sha256/abcdef…/sha256/012345…/link   the subject abcdef… is referred to by 012345…
 *         │       └── scanned                     manifests whose subjects have been looked at
 *         └── _uploads/b0ff…-…/
 *             ├── data                            what has arrived
 *             ├── startedat                       RFC 3339; distribution's purger goes by it
 *             └── algorithm                       ours: which digest is computed, where it is not sha256
 * </pre>
 *
 * Beside {@code docker}, where distribution does not look, lies {@code wharfgate} with what the upkeep of the storage notes.
 * A {@code link} holds {@code algorithm:hex} without a line end. A component of a name never begins with {@code _}.
 *
 * <p>Beside {@code docker} lies what is ours alone:
 *
 * <pre>
 * wharfgate/
 * ├── usage                                       how much of the quotas is used
 * ├── pulls-since                                 since when pull times are kept
 * └── quarantine/20261122T184208Z/                of the check that began at that time:
 *     ├── docker/registry/v2/…                    what it put aside, at the key that it was at
 *     └── docker/registry/v2/….why                when, and why
 * </pre>
 */
public final class RegistryLayout {

    /** What all blobs are below, in directories of algorithms. */
    public static final ObjectKey BLOBS = new ObjectKey("docker/registry/v2/blobs");

    /** What damaged things are put aside in. */
    public static final ObjectKey QUARANTINE = new ObjectKey("wharfgate/quarantine");

    /** What all repositories are below. */
    public static final ObjectKey REPOSITORIES = new ObjectKey("docker/registry/v2/repositories");

    /** Ours, and not below what distribution looks at: a record in {@code <day>/<second>-<uuid>} of what was deleted. */
    public static final ObjectKey TRASH = new ObjectKey("wharfgate/trash");

    /** Ours: who is just collecting garbage. */
    public static final ObjectKey COLLECTING = new ObjectKey("wharfgate/collecting");

    /** Ours: when garbage was last collected. */
    public static final ObjectKey COLLECTED = new ObjectKey("wharfgate/collected");
    /** How much of the quotas is used. */
    public static final ObjectKey USAGE = new ObjectKey("wharfgate/usage");

    /** Since when pull times are kept. */
    public static final ObjectKey PULLS_SINCE = new ObjectKey("wharfgate/pulls-since");

    /** The directory whose presence makes a directory a repository. */
    public static final String MANIFESTS_DIRECTORY = "_manifests";

    private RegistryLayout() {}

    public static ObjectKey blobData(Digest digest) {
        return BLOBS.child(digest.algorithm().label())
                .child(digest.hex().substring(0, 2))
                .child(digest.hex())
                .child("data");
    }

    public static ObjectKey layerLink(RepositoryName name, Digest digest) {
        return repository(name).child("_layers").child(path(digest)).child("link");
    }

    /** What all blobs of an algorithm are below, in directories of two hexadecimal digits. */
    public static ObjectKey blobs(DigestAlgorithm algorithm) {
        return BLOBS.child(algorithm.label());
    }

    public static ObjectKey layers(RepositoryName name, DigestAlgorithm algorithm) {
        return repository(name).child("_layers").child(algorithm.label());
    }

    /** The directories that make a repository, beside those of repositories with longer names. */
    public static List<ObjectKey> parts(RepositoryName name) {
        ObjectKey repository = repository(name);
        return List.of(
                repository.child(MANIFESTS_DIRECTORY), repository.child("_layers"), repository.child("_uploads"));
    }

    /** What the directories of an algorithm are below, for one of {@link #parts}: blobs. */
    public static ObjectKey layers(RepositoryName name) {
        return repository(name).child("_layers");
    }

    /** The same for manifests. */
    public static ObjectKey revisions(RepositoryName name) {
        return manifests(name).child("revisions");
    }

    public static ObjectKey uploads(RepositoryName name) {
        return repository(name).child("_uploads");
    }

    public static ObjectKey revisions(RepositoryName name, DigestAlgorithm algorithm) {
        return manifests(name).child("revisions").child(algorithm.label());
    }

    public static ObjectKey revision(RepositoryName name, Digest digest) {
        return revisions(name, digest.algorithm()).child(digest.hex());
    }

    public static ObjectKey revisionLink(RepositoryName name, Digest digest) {
        return revision(name, digest).child("link");
    }

    public static ObjectKey revisionMediaType(RepositoryName name, Digest digest) {
        return revision(name, digest).child("mediatype");
    }

    public static ObjectKey tags(RepositoryName name) {
        return manifests(name).child("tags");
    }

    public static ObjectKey tag(RepositoryName name, Tag tag) {
        return tags(name).child(tag.value());
    }

    public static ObjectKey tagCurrentLink(RepositoryName name, Tag tag) {
        return tag(name, tag).child("current/link");
    }

    /** What the directories of an algorithm are below, for what a tag has ever pointed to. */
    public static ObjectKey tagIndex(RepositoryName name, Tag tag) {
        return tag(name, tag).child("index");
    }

    public static ObjectKey tagIndex(RepositoryName name, Tag tag, DigestAlgorithm algorithm) {
        return tagIndex(name, tag).child(algorithm.label());
    }

    public static ObjectKey tagIndexLink(RepositoryName name, Tag tag, Digest digest) {
        return tag(name, tag).child("index").child(path(digest)).child("link");
    }

    public static ObjectKey pulled(RepositoryName name) {
        return manifests(name).child("pulled");
    }

    public static ObjectKey referrers(RepositoryName name) {
        return manifests(name).child("referrers");
    }

    public static ObjectKey referrersScanned(RepositoryName name) {
        return referrers(name).child("scanned");
    }

    public static ObjectKey referrersOf(RepositoryName name, Digest subject, DigestAlgorithm algorithm) {
        return referrers(name).child(path(subject)).child(algorithm.label());
    }

    public static ObjectKey referrerLink(RepositoryName name, Digest subject, Digest referrer) {
        return referrersOf(name, subject, referrer.algorithm())
                .child(referrer.hex())
                .child("link");
    }

    /**
     * What an upload is below.
     *
     * @throws RegistryException BLOB_UPLOAD_UNKNOWN for an id that this registry cannot have given
     */
    public static ObjectKey upload(RepositoryName name, UploadId id) {
        UUID own = id.uuid().orElseThrow(() -> new RegistryException(RegistryError.BLOB_UPLOAD_UNKNOWN));
        return repository(name).child("_uploads").child(own.toString());
    }

    public static ObjectKey uploadData(RepositoryName name, UploadId id) {
        return upload(name, id).child("data");
    }

    public static ObjectKey uploadStartedAt(RepositoryName name, UploadId id) {
        return upload(name, id).child("startedat");
    }

    public static ObjectKey uploadAlgorithm(RepositoryName name, UploadId id) {
        return upload(name, id).child("algorithm");
    }

    /** What a repository and those below it in name are below. */
    public static ObjectKey repository(RepositoryName name) {
        return REPOSITORIES.child(name.value());
    }

    /** What a repository's manifests and tags are below. */
    public static ObjectKey manifests(RepositoryName name) {
        return repository(name).child(MANIFESTS_DIRECTORY);
    }

    private static String path(Digest digest) {
        return digest.algorithm().label() + "/" + digest.hex();
    }
}
