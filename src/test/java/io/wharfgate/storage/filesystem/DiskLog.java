package io.wharfgate.storage.filesystem;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that was done to a disk, in order. Paths are relative to its root; a file is known by its inode. */
final class DiskLog {

    private final List<Step> steps = new ArrayList<>();

    /** Something that was done. */
    sealed interface Step {}

    record Create(Path path, int inode) implements Step {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Write(int inode, long position, byte[] content) implements Step {}

    record Truncate(int inode, long size) implements Step {}

    record Sync(int inode) implements Step {}

    record MakeDirectory(Path path) implements Step {}

    record Move(Path from, Path to) implements Step {}

    record Delete(Path path) implements Step {}

    record SyncDirectory(Path path) implements Step {}

    synchronized void add(Step step) {
        steps.add(step);
    }

    synchronized int size() {
        return steps.size();
    }

    synchronized List<Step> steps() {
        return List.copyOf(steps);
    }
}
