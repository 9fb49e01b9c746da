package io.wharfgate.registry.gc;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.Trash;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code wharfgate storage undelete}. Arguments: {@code list}, true or false; {@code wanted}, digests and names of repositories
 * with spaces between, by which a list can be narrowed too.
 */
public final class UndeleteTask implements Task {

    private final ObjectStore store;
    private final Registry registry;
    private final Clock clock;

    /** The store and the registry stay the caller's to close. */
    public UndeleteTask(ObjectStore store, Registry registry, Clock clock) {
        this.store = store;
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public int run(Map<String, String> given, TaskOutput out) throws IOException {
        Arguments arguments = new Arguments(given);
        List<String> wanted = arguments.text("wanted").filter(text -> !text.isBlank()).stream()
                .flatMap(text -> List.of(text.split(" ")).stream())
                .toList();
        for (String one : wanted) {
            if (Arguments.digest(one).isEmpty() && !RepositoryName.isValid(one)) {
                out.warning("\"" + one + "\" is neither a digest nor the name of a repository");
                return 2;
            }
        }
        if (!registry.trash().enabled()) {
            out.warning("nothing can be had back: storage.gc.undelete is 0");
            return 1;
        }
        return arguments.is("list") ? list(wanted, out) : undelete(wanted, out);
    }

    private int list(List<String> wanted, TaskOutput out) throws IOException {
        for (ObjectKey key : registry.trash().records()) {
            Optional<Trash.Entries> record = usable(key);
            if (record.isEmpty()) {
                continue;
            }
            for (Trash.Entry entry : record.get().entries()) {
                if (wanted.isEmpty() || Wanted.is(wanted, record.get().repository(), entry)) {
                    if (!registry.upkeep().has(record.get().repository(), entry)) {
                        out.line(record.get().repository() + " " + describe(entry) + ", deleted "
                                + Tally.time(record.get().time()) + ", until "
                                + Tally.time(registry.trash().end(record.get())));
                    }
                }
            }
            if (out.cancelled()) {
                throw new StoppedException();
            }
        }
        return 0;
    }

    private int undelete(List<String> wanted, TaskOutput out) throws IOException {
        if (wanted.isEmpty()) {
            out.warning("say what to bring back: digests, or names of repositories; --list tells what there is");
            return 2;
        }
        List<Trash.Entries> records = new ArrayList<>();
        for (ObjectKey key : registry.trash().records()) {
            usable(key).filter(record -> Wanted.any(wanted, record)).ifPresent(records::add);
        }
        // The last that was deleted under a name is the one to have back.
        records.sort(Collections.reverseOrder(Comparator.comparing(Trash.Entries::time)));
        Restoration restoration = new Restoration(store, registry, out);
        for (RepositoryName name :
                records.stream().map(Trash.Entries::repository).distinct().toList()) {
            restoration.restore(name, all(name), wanted);
        }
        return restoration.finish(wanted);
    }

    /** Everything that can be had back of a repository, the newest first. */
    private List<Trash.Entry> all(RepositoryName name) throws IOException {
        List<Trash.Entries> records = new ArrayList<>();
        for (ObjectKey key : registry.trash().records()) {
            usable(key).filter(record -> record.repository().equals(name)).ifPresent(records::add);
        }
        records.sort(Collections.reverseOrder(Comparator.comparing(Trash.Entries::time)));
        return records.stream()
                .flatMap(record -> record.entries().stream())
                .distinct()
                .toList();
    }

    private Optional<Trash.Entries> usable(ObjectKey key) throws IOException {
        return registry.trash()
                .read(key)
                .filter(record -> registry.trash().end(record).isAfter(clock.instant()));
    }

    private static String describe(Trash.Entry entry) {
        if (entry instanceof Trash.Entry.Tagged tagged) {
            return "tag " + tagged.tag() + " of " + tagged.digest();
        }
        return (entry instanceof Trash.Entry.Manifest ? "manifest " : "blob ") + entry.digest();
    }

    /** What somebody has asked for. */
    static final class Wanted {

        private Wanted() {}

        static boolean any(List<String> wanted, Trash.Entries record) {
            return record.entries().stream().anyMatch(entry -> is(wanted, record.repository(), entry));
        }

        static boolean is(List<String> wanted, RepositoryName name, Trash.Entry entry) {
            return wanted.contains(name.value())
                    || wanted.contains(entry.digest().toString());
        }

        static boolean whole(List<String> wanted, RepositoryName name) {
            return wanted.contains(name.value());
        }

        static List<Digest> digests(List<String> wanted) {
            return wanted.stream()
                    .flatMap(text -> Arguments.digest(text).stream())
                    .toList();
        }
    }
}
