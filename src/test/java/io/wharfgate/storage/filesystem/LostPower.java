package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is on a disk when the power fails: content that was forced, and names in directories that were forced. Of all else
 * nothing, or anything. A rename is one thing, as on every file system with a journal: the old name is gone when the new one
 * is there.
 */
final class LostPower {

    /** Stands for a directory among the inodes. */
    private static final int DIRECTORY = -1;

    private final Map<Integer, byte[]> written = new HashMap<>();
    private final Map<Integer, byte[]> forced = new HashMap<>();
    private final Map<Path, Integer> names = new TreeMap<>();
    private final Map<Path, Integer> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    /** A change of names that is not known to be on the disk. */
    private record Change(Path from, Path to, int inode) {

        boolean in(Path directory) {
            return directory.equals(parent(from)) || directory.equals(parent(to));
        }

        boolean touches(Change other) {
            return from.equals(other.from) || to.equals(other.to) || to.equals(other.from) || from.equals(other.to);
        }
    }

    private static final int GONE = -2;

    /** Does the next step. */
    void take(DiskLog.Step step) {
        if (step instanceof DiskLog.Create create) {
            written.put(create.inode(), new byte[0]);
            forced.put(create.inode(), new byte[0]);
            change(create.path(), create.path(), create.inode());
        } else if (step instanceof DiskLog.Write write) {
            written.merge(write.inode(), write.content(), (old, content) -> {
                int end = (int) write.position() + content.length;
                byte[] result = Arrays.copyOf(old, Math.max(old.length, end));
                System.arraycopy(content, 0, result, (int) write.position(), content.length);
                return result;
            });
        } else if (step instanceof DiskLog.Truncate truncate) {
            written.computeIfPresent(
                    truncate.inode(), (inode, content) -> Arrays.copyOf(content, (int) truncate.size()));
        } else if (step instanceof DiskLog.Sync sync) {
            forced.put(sync.inode(), written.get(sync.inode()));
        } else if (step instanceof DiskLog.MakeDirectory directory) {
            change(directory.path(), directory.path(), DIRECTORY);
        } else if (step instanceof DiskLog.Move move) {
            change(move.from(), move.to(), Objects.requireNonNull(names.get(move.from())));
        } else if (step instanceof DiskLog.Delete delete) {
            change(delete.path(), delete.path(), GONE);
        } else if (step instanceof DiskLog.SyncDirectory sync) {
            sync(sync.path());
        }
    }

    private void change(Path from, Path to, int inode) {
        Change change = new Change(from, to, inode);
        pending.add(change);
        apply(change, names);
    }

    private static void apply(Change change, Map<Path, Integer> to) {
        to.remove(change.from());
        if (change.inode() == GONE) {
            to.remove(change.to());
        } else {
            to.put(change.to(), change.inode());
        }
    }

    /** All changes in that directory, and those of the same names that came before them. */
    @SuppressWarnings("ReferenceEquality") // the same change may be made twice
    private void sync(Path directory) {
        Set<Change> due = new LinkedHashSet<>();
        for (Change change : pending) {
            if (change.in(directory)) {
                pending.stream()
                        .takeWhile(before -> before != change)
                        .filter(change::touches)
                        .forEach(due::add);
                due.add(change);
            }
        }
        pending.stream().filter(due::contains).forEach(change -> apply(change, durable));
        pending.removeIf(due::contains);
    }

    /** Writes down what is left when only that is left which was forced. */
    void writeForced(Path target) throws IOException {
        write(target, durable, forced);
    }

    /** Writes down what may be left: some directories and the beginnings of some contents have made it, too. */
    void writeSome(Path target, Random random) throws IOException {
        LostPower some = new LostPower();
        some.durable.putAll(durable);
        some.pending.addAll(pending);
        Set<Path> directories = new LinkedHashSet<>();
        pending.forEach(change -> directories.addAll(List.of(parent(change.from()), parent(change.to()))));
        directories.stream().filter(directory -> random.nextBoolean()).forEach(some::sync);
        written.forEach((inode, content) -> {
            byte[] safe = forced.getOrDefault(inode, new byte[0]);
            // Content that was cut off and forced is never longer than that again.
            int more = Math.max(0, content.length - safe.length);
            some.forced.put(
                    inode,
                    random.nextBoolean() ? safe : Arrays.copyOf(content, safe.length + random.nextInt(more + 1)));
        });
        write(target, some.durable, some.forced);
    }

    private static void write(Path target, Map<Path, Integer> names, Map<Integer, byte[]> contents) throws IOException {
        Files.createDirectories(target);
        for (Map.Entry<Path, Integer> name : names.entrySet()) {
            Path at = target.resolve(name.getKey().toString());
            // What is below a directory that is lost is lost with it.
            if (!Files.isDirectory(parent(at))) {
                continue;
            }
            if (name.getValue() == DIRECTORY) {
                Files.createDirectory(at);
            } else {
                Files.write(at, contents.get(name.getValue()));
            }
        }
    }

    private static Path parent(Path path) {
        return path.getParent() == null ? Path.of("") : path.getParent();
    }
}
