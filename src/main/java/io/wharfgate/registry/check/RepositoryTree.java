package io.wharfgate.registry.check;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Goes through all directories of repositories' names, each before what is below it. Tells of what is none, and goes on past
 * what cannot be read. Holds the names beside its way, and no others. For one thread.
 */
final class RepositoryTree {

    private final Inspector inspector;
    private final Looks looks;
    private final Deque<Iterator<String>> ways = new ArrayDeque<>();

    RepositoryTree(Inspector inspector) throws IOException {
        this.inspector = inspector;
        this.looks = new Looks(inspector);
        descend(Optional.empty(), RegistryLayout.REPOSITORIES);
    }

    /** The next name that directories spell; empty after the last. */
    Optional<RepositoryName> next() throws IOException {
        while (!ways.isEmpty()) {
            if (!ways.element().hasNext()) {
                ways.remove();
                continue;
            }
            RepositoryName name = new RepositoryName(ways.element().next());
            descend(Optional.of(name), RegistryLayout.repository(name));
            return Optional.of(name);
        }
        return Optional.empty();
    }

    /** What was found on the way since the last call. */
    List<Looks.Suspect> suspects() {
        List<Looks.Suspect> found = List.copyOf(looks.suspects());
        looks.suspects().clear();
        return found;
    }

    /** Whether a name comes after another one on this way. */
    static boolean isAfter(String name, String position) {
        // '/' sorts before all else that is in a name, as a name's subtree comes before its neighbours.
        return name.replace('/', '\u0001').compareTo(position.replace('/', '\u0001')) > 0;
    }

    private void descend(Optional<RepositoryName> above, ObjectKey place) throws IOException {
        String prefix = above.map(name -> name + "/").orElse("");
        Directory directory = new Directory(inspector, above, place, name -> expected(above.isPresent(), prefix, name));
        looks.at(directory);
        ways.push(directory.containers().stream().map(name -> prefix + name).iterator());
    }

    private static Directory.Expected expected(boolean inRepository, String prefix, String name) {
        if (inRepository && RepositoryCheck.PARTS.contains(name)) {
            return Directory.Expected.ANYTHING;
        }
        return RepositoryName.isValid(prefix + name) ? Directory.Expected.CONTAINER : Directory.Expected.NOTHING;
    }
}
