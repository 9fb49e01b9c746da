package io.wharfgate.registry;

import io.wharfgate.oci.RepositoryName;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock for each repository, or for a few that happen to share it: between reading what a change depends on and
 * writing it, nobody else changes the same repository. Nobody may hold two.
 */
final class RepositoryLocks {

    private static final int STRIPES = 256;

    private final Lock[] locks = new Lock[STRIPES];

    RepositoryLocks() {
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    Lock of(RepositoryName name) {
        return locks[Math.floorMod(name.hashCode(), STRIPES)];
    }
}
