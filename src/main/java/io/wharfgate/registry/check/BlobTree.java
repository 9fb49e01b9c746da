package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Goes through the directories of all blobs, in order. For one thread. */
final class BlobTree {

    private static final int PREFIX = 2;

    /** Digits of a digest that tell how far the walk is: they are evenly spread. */
    private static final int TELLING = 8;

    private final Inspector inspector;
    private final String after;

    /** @param after the {@link #position} to begin after; empty: at the start */
    BlobTree(Inspector inspector, String after) {
        this.inspector = inspector;
        this.after = after;
    }

    /** What is done at each step. */
    interface Visitor {

        void blob(Digest blob) throws IOException, InterruptedException;

        /** Something lies there that does not belong there. */
        void suspects(List<Looks.Suspect> suspects) throws IOException;
    }

    static String position(Digest blob) {
        return blob.toString();
    }

    /** How much of all blobs lies before a position, as far as digests tell: 0 to 1. */
    static double share(String position) {
        int digits = position.indexOf(':') + 1;
        boolean most = position.startsWith(DigestAlgorithm.SHA256.label() + ":");
        return most ? Long.parseLong(position, digits, digits + TELLING, 16) / (double) (1L << (4 * TELLING)) : 0;
    }

    void walk(Visitor visitor) throws IOException, InterruptedException {
        List<String> labels = containers(
                RegistryLayout.BLOBS,
                name -> expected(DigestAlgorithm.named(name).isPresent()),
                visitor);
        for (String label : labels) {
            DigestAlgorithm algorithm = DigestAlgorithm.named(label).orElseThrow();
            ObjectKey place = RegistryLayout.blobs(algorithm);
            for (String prefix : containers(place, name -> expected(isPrefix(name)), visitor)) {
                if ((label + ":" + prefix).compareTo(cut(label)) >= 0) {
                    walk(algorithm, prefix, visitor);
                }
            }
        }
    }

    private void walk(DigestAlgorithm algorithm, String prefix, Visitor visitor)
            throws IOException, InterruptedException {
        ObjectKey place = RegistryLayout.blobs(algorithm).child(prefix);
        Directory.Rule rule = name -> expected(name.startsWith(prefix) && Digest.isValid(algorithm, name));
        for (String hex : containers(place, rule, visitor)) {
            Digest blob = new Digest(algorithm, hex);
            if (position(blob).compareTo(after) > 0) {
                visitor.blob(blob);
            }
        }
    }

    private List<String> containers(ObjectKey place, Directory.Rule rule, Visitor visitor) throws IOException {
        Looks looks = new Looks(inspector);
        Directory directory = new Directory(inspector, Optional.empty(), place, rule);
        looks.at(directory);
        visitor.suspects(looks.suspects());
        return directory.containers();
    }

    /** The position as far as the name of a directory of blobs. */
    private String cut(String label) {
        return after.substring(0, Math.min(after.length(), label.length() + 1 + PREFIX));
    }

    private static boolean isPrefix(String name) {
        return name.length() == PREFIX && name.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0);
    }

    private static Directory.Expected expected(boolean container) {
        return container ? Directory.Expected.CONTAINER : Directory.Expected.NOTHING;
    }
}
