package io.wharfgate.registry.gc;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Goes over everything that is a repository or part of one: with manifests, with uploads only, or with no more than directories
 * that were left. Directories that can be none are gathered: what they hold is not understood. Safe for use by any thread.
 */
final class RepositoryWalk {

    private final ObjectStore store;
    private final Deque<String> ahead = new ArrayDeque<>();
    private final List<String> strange = new ArrayList<>();
    private long passed;

    RepositoryWalk(ObjectStore store) throws IOException {
        this.store = store;
        look("", RegistryLayout.REPOSITORIES);
    }

    /** The next one; empty at the end. */
    synchronized Optional<RepositoryName> next() throws IOException {
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (look(name + "/", new ObjectKey(RegistryLayout.REPOSITORIES + "/" + name))) {
                passed++;
                return Optional.of(new RepositoryName(name));
            }
        }
        return Optional.empty();
    }

    /** How many there have been so far. */
    synchronized long passed() {
        return passed;
    }

    /** Directories passed so far that are not understood, and may hold links. */
    synchronized List<String> strange() {
        return List.copyOf(strange);
    }

    /** Whether it has parts of a repository. */
    private boolean look(String before, ObjectKey directory) throws IOException {
        boolean parts = false;
        for (String name : store.names(directory)) {
            if (name.startsWith("_")) {
                parts = true;
            } else if (RepositoryName.isValid(before + name)) {
                ahead.push(before + name);
            } else if (holdsSomething(directory, name)) {
                strange.add(directory + "/" + name);
            }
        }
        return parts;
    }

    private boolean holdsSomething(ObjectKey directory, String name) throws IOException {
        try {
            return !store.names(directory.child(name)).isEmpty();
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
