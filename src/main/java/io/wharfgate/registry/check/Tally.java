package io.wharfgate.registry.check;

import java.util.concurrent.atomic.AtomicLong;

/** How much was looked at. Safe for use by any thread. */
final class Tally {

    final AtomicLong repositories = new AtomicLong();
    final AtomicLong manifests = new AtomicLong();
    final AtomicLong tags = new AtomicLong();
    final AtomicLong blobs = new AtomicLong();

    String text(long bytes) {
        return of(repositories, "repository", "repositories") + ", " + of(manifests, "manifest", "manifests") + ", "
                + of(tags, "tag", "tags") + ", " + of(blobs, "blob", "blobs") + "; read " + (bytes >> 20) + " MiB";
    }

    private static String of(AtomicLong number, String one, String many) {
        return number.get() + " " + (number.get() == 1 ? one : many);
    }
}
