package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at everything of one repository but the content of its layers. Manifests come before tags and index: what is put
 * right with them is right for those. For one thread.
 */
final class RepositoryCheck {

    /** The directories of a repository that are no part of other names. */
    static final List<String> PARTS = List.of("_layers", "_manifests", "_uploads");

    private final Inspector inspector;
    private final RepositoryName name;
    private final Looks looks;
    private final Tally tally;
    private final Clock clock;

    RepositoryCheck(Inspector inspector, RepositoryName name, Tally tally, Clock clock) {
        this.inspector = inspector;
        this.name = name;
        this.looks = new Looks(inspector);
        this.tally = tally;
        this.clock = clock;
    }

    /** Something that is done with a digest. */
    @FunctionalInterface
    private interface Each {
        void at(Digest digest) throws IOException;
    }

    /** All that is suspicious. */
    List<Looks.Suspect> check() throws IOException {
        // Names of other repositories are RepositoryTree's affair.
        List<String> parts = containers(
                RegistryLayout.repository(name),
                below -> PARTS.contains(below) ? Directory.Expected.CONTAINER : Directory.Expected.ANYTHING);
        if (parts.contains("_layers")) {
            digests(part("_layers"), blob -> looks.at(new LayerLink(inspector, name, blob)));
        }
        if (parts.contains("_manifests")) {
            tally.repositories.incrementAndGet();
            checkManifests();
        }
        if (parts.contains("_uploads")) {
            checkUploads();
        }
        return looks.suspects();
    }

    /** The digests of all that it has, be its content there or not. What cannot be read is left out. */
    void blobs(Consumer<Digest> each) throws IOException {
        digests(part("_layers"), each::accept);
        digests(part("_manifests").child("revisions"), each::accept);
    }

    private void checkManifests() throws IOException {
        ObjectKey manifests = RegistryLayout.manifests(name);
        List<String> parts = containers(manifests, RepositoryCheck::expectedOfManifests);
        if (parts.contains("revisions")) {
            digests(manifests.child("revisions"), manifest -> {
                tally.manifests.incrementAndGet();
                looks.at(new Revision(inspector, name, manifest));
            });
        }
        if (parts.contains("tags")) {
            for (String tag : containers(RegistryLayout.tags(name), below -> expected(Tag.isValid(below)))) {
                tally.tags.incrementAndGet();
                looks.at(new TagLink(inspector, name, new Tag(tag)));
            }
        }
        if (parts.contains("referrers")) {
            checkReferrers();
        }
    }

    private void checkReferrers() throws IOException {
        looks.at(new ScannedList(inspector, name));
        ObjectKey index = RegistryLayout.referrers(name);
        for (DigestAlgorithm algorithm : algorithms(index, "scanned")) {
            for (Digest subject : digests(index, algorithm)) {
                ObjectKey of = index.child(algorithm.label() + "/" + subject.hex());
                digests(of, referrer -> looks.at(new ReferrerEntry(inspector, name, subject, referrer)));
            }
        }
    }

    private void checkUploads() throws IOException {
        for (String id : containers(RegistryLayout.uploads(name), below -> expected(isUpload(below)))) {
            looks.at(new UploadDirectory(inspector, name, UploadId.parse(id), clock));
        }
    }

    /** A directory of algorithms, of directories of digests. */
    private void digests(ObjectKey place, Each each) throws IOException {
        for (DigestAlgorithm algorithm : algorithms(place, "")) {
            for (Digest digest : digests(place, algorithm)) {
                each.at(digest);
            }
        }
    }

    private List<DigestAlgorithm> algorithms(ObjectKey place, String file) throws IOException {
        return containers(
                        place,
                        below -> below.equals(file)
                                ? Directory.Expected.OBJECT
                                : expected(DigestAlgorithm.named(below).isPresent()))
                .stream()
                .flatMap(label -> DigestAlgorithm.named(label).stream())
                .toList();
    }

    private List<Digest> digests(ObjectKey place, DigestAlgorithm algorithm) throws IOException {
        return containers(place.child(algorithm.label()), below -> expected(Digest.isValid(algorithm, below))).stream()
                .map(hex -> new Digest(algorithm, hex))
                .toList();
    }

    private List<String> containers(ObjectKey place, Directory.Rule rule) throws IOException {
        Directory directory = new Directory(inspector, Optional.of(name), place, rule);
        looks.at(directory);
        return directory.containers();
    }

    private ObjectKey part(String part) {
        return RegistryLayout.repository(name).child(part);
    }

    private static Directory.Expected expectedOfManifests(String below) {
        return switch (below) {
            case "revisions", "tags", "referrers" -> Directory.Expected.CONTAINER;
            case "pulled" -> Directory.Expected.OBJECT;
            default -> Directory.Expected.NOTHING;
        };
    }

    private static Directory.Expected expected(boolean container) {
        return container ? Directory.Expected.CONTAINER : Directory.Expected.NOTHING;
    }

    /** In the one spelling that we, and distribution, give them. */
    private static boolean isUpload(String name) {
        return UploadId.parse(name)
                .uuid()
                .filter(id -> id.toString().equals(name))
                .isPresent();
    }
}
