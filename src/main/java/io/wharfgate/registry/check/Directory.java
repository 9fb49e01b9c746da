package io.wharfgate.registry.check;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What lies in a directory, and whether it belongs there. For one thread at a time. */
final class Directory implements Subject {

    /** What a name stands for in a directory. */
    enum Expected {
        OBJECT,
        CONTAINER,
        NOTHING,
        /** Somebody else looks at it. */
        ANYTHING
    }

    /** Says what belongs there. */
    @FunctionalInterface
    interface Rule {
        Expected of(String name);

        /** Only directories of those names. */
        static Rule containers(String... names) {
            List<String> known = List.of(names);
            return name -> known.contains(name) ? Expected.CONTAINER : Expected.NOTHING;
        }
    }

    private final Inspector inspector;
    private final Optional<RepositoryName> repository;
    private final ObjectKey place;
    private final Rule rule;
    private List<String> containers = List.of();

    Directory(Inspector inspector, Optional<RepositoryName> repository, ObjectKey place, Rule rule) {
        this.inspector = inspector;
        this.repository = repository;
        this.place = place;
        this.rule = rule;
    }

    @Override
    public ObjectKey place() {
        return place;
    }

    @Override
    public Optional<RepositoryName> repository() {
        return repository;
    }

    /** The directories in it that belong there, as of the last look, in ASCII order. */
    List<String> containers() {
        return containers;
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        inspector.content().pace().opened();
        List<String> good = new ArrayList<>();
        for (ObjectStore.Child child : inspector.store().list(place)) {
            Expected expected = rule.of(child.name());
            if (expected == Expected.ANYTHING) {
                continue;
            }
            if (expected == Expected.NOTHING) {
                found.accept(suspicion(Kind.FOREIGN, child, "nothing of a registry has this name here"));
            } else if (child.container() != (expected == Expected.CONTAINER)) {
                found.accept(suspicion(
                        Kind.WRONG_KIND,
                        child,
                        child.container() ? "a directory, and should be a file" : "a file, and should be a directory"));
            } else if (child.container()) {
                good.add(child.name());
            }
        }
        containers = good;
    }

    /** Not a key: the name may be one that none can have. */
    private Suspicion suspicion(Kind kind, ObjectStore.Child child, String detail) {
        String at = place + "/" + child.name();
        return Suspicion.only(new Finding(kind, repository, Optional.empty(), Optional.empty(), at, detail));
    }
}
