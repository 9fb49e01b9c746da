package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies images from one source to one target: blobs first, then manifests, each after what it refers to, and the tag last, so that
 * whatever interrupts it leaves nothing half there. Done again, it goes on with what is missing. For one thread.
 */
public final class ImageCopy {

    /** An index of indexes of images is as deep as anybody goes; the rest is for referrers of referrers. */
    private static final int DEEPEST = 8;

    /** What cosign hangs on an image by tags, beside the registries' referrers. */
    private static final List<String> SIGNATURE_TAGS = List.of(".sig", ".att", ".sbom");

    private final ImageSource source;
    private final ImageTarget target;
    private final CopyOptions options;
    private final Transfers transfers;
    private final Set<Digest> done = new HashSet<>();
    private Optional<List<Tag>> tags = Optional.empty();

    public ImageCopy(ImageSource source, ImageTarget target, CopyOptions options, Progress progress) {
        this.source = source;
        this.target = target;
        this.options = options;
        this.transfers = new Transfers(source, target, options.jobs(), progress);
    }

    /**
     * What became of an image.
     *
     * @param digest of what was copied: with a platform, that one's
     * @param present whether all of it was there, tag included
     */
    public record Copied(Digest digest, boolean present) {}

    /**
     * Copies an image that the source has under a tag or digest.
     *
     * @param tag that the target gets for it
     * @throws ExchangeException when it is not there, is damaged, or the target does not take it
     */
    public Copied copy(Reference reference, Optional<Tag> tag) throws IOException {
        Manifest root = source.manifest(reference)
                .orElseThrow(() -> new ExchangeException(source.name() + " has no " + reference));
        return copy(root, tag);
    }

    /** Copies an image whose manifest is known already. */
    public Copied copy(Manifest root, Optional<Tag> tag) throws IOException {
        Manifest wanted = chosen(root, 0);
        boolean tagged = tag.isEmpty() || target.tagged(tag.get()).equals(Optional.of(wanted.digest()));
        ImageTree tree = new ImageTree();
        gather(wanted, tree, 0);
        boolean there = tagged && tree.manifests().isEmpty() && target.hasManifest(wanted.descriptor());
        transfers.run(tree.blobs());
        boolean rootIsNew = false;
        for (Manifest manifest : tree.manifests()) {
            if (manifest.digest().equals(wanted.digest())) {
                rootIsNew = true;
            } else {
                target.put(manifest, Optional.empty());
            }
        }
        boolean signatures = options.referrers() && copySignatures(tree, wanted);
        if (!tagged || rootIsNew) {
            target.put(wanted, tag);
        }
        return new Copied(wanted.digest(), there && !signatures);
    }

    private Manifest chosen(Manifest manifest, int depth) throws IOException {
        if (options.platform().isEmpty() || !manifest.isIndex()) {
            return manifest;
        }
        Platform wanted = options.platform().get();
        List<String> others = new ArrayList<>();
        for (Descriptor entry : manifest.entries()) {
            if (entry.platform().filter(wanted::accepts).isPresent()) {
                Manifest found = child(entry);
                return depth < DEEPEST ? chosen(found, depth + 1) : found;
            }
            entry.platform().map(Platform::toString).ifPresent(others::add);
        }
        throw new ExchangeException(
                "the image is not made for " + wanted + ", but for: " + Printable.of(String.join(", ", others)));
    }

    private void gather(Manifest manifest, ImageTree tree, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new ExchangeException("the image's indexes go deeper than " + DEEPEST + " levels");
        }
        if (!done.add(manifest.digest())) {
            return;
        }
        boolean there = !options.force() && target.hasManifest(manifest.descriptor());
        if (!there || options.referrers()) {
            for (Descriptor entry : manifest.entries()) {
                if (!done.contains(entry.digest())) {
                    gather(child(entry), tree, depth + 1);
                }
            }
        }
        if (!there) {
            tree.add(manifest);
        }
        if (options.referrers()) {
            for (Descriptor referrer : source.referrers(manifest.digest())) {
                if (!done.contains(referrer.digest())) {
                    gather(child(referrer), tree, depth + 1);
                }
            }
        }
    }

    private Manifest child(Descriptor entry) throws IOException {
        Manifest found = source.manifest(new Reference.ByDigest(entry.digest()))
                .orElseThrow(() -> new ExchangeException(source.name() + " lacks " + entry.digest()
                        + entry.platform()
                                .map(p -> " (" + Printable.of(p.toString()) + ")")
                                .orElse("")
                        + ", which an index there names; copy one platform that is there (--platform)"));
        if (found.content().length != entry.size()) {
            throw new ExchangeException("manifest " + entry.digest() + " has " + found.content().length + " bytes, and "
                    + entry.size() + " where it is referred to: that descriptor is wrong");
        }
        return found;
    }

    /** Returns whether there were some that the target did not have. */
    private boolean copySignatures(ImageTree tree, Manifest wanted) throws IOException {
        Set<Digest> subjects = new HashSet<>();
        subjects.add(wanted.digest());
        wanted.entries().forEach(entry -> subjects.add(entry.digest()));
        tree.manifests().forEach(manifest -> subjects.add(manifest.digest()));
        if (tags.isEmpty()) {
            tags = Optional.of(source.tags());
        }
        boolean some = false;
        for (Tag tag : tags.get()) {
            if (isSignatureOf(tag, subjects)) {
                Copied copied = new ImageCopy(source, target, everything(), transfers).copy(tag, Optional.of(tag));
                some |= !copied.present();
            }
        }
        return some;
    }

    private CopyOptions everything() {
        return new CopyOptions(Optional.empty(), false, options.force(), options.jobs());
    }

    private ImageCopy(ImageSource source, ImageTarget target, CopyOptions options, Transfers transfers) {
        this.source = source;
        this.target = target;
        this.options = options;
        this.transfers = transfers;
    }

    private static boolean isSignatureOf(Tag tag, Set<Digest> subjects) {
        String name = tag.value();
        int dot = name.lastIndexOf('.');
        if (dot < 0 || !SIGNATURE_TAGS.contains(name.substring(dot))) {
            return false;
        }
        return subjects.stream()
                .anyMatch(digest ->
                        name.substring(0, dot).equals(digest.algorithm().label() + "-" + digest.hex()));
    }
}
