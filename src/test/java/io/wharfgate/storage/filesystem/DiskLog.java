package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** All that was done to a disk, in order. Paths are relative to its root; a file is known by its inode. */
final class DiskLog {

    private final List<Step> steps = new ArrayList<>();
    private int attempts;
    private int failing = Integer.MAX_VALUE;
    private Supplier<IOException> error = IOException::new;

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

    /** Lets the n-th step that is tried fail, counted from 1, with that error; later ones work again. */
    synchronized void failAt(int nth, Supplier<IOException> error) {
        failing = nth;
        this.error = error;
    }

    /** Something is tried. */
    synchronized void attempt() throws IOException {
        if (++attempts == failing) {
            throw error.get();
        }
    }

    /** Whether a step has failed. */
    synchronized boolean hasFailed() {
        return attempts >= failing;
    }

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
