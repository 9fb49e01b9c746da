package io.wharfgate.control;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a task says, and can have had enough. */
public final class RecordedOutput implements TaskOutput {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;

    @Override
    public void line(String text) {
        lines.add(text);
    }

    @Override
    public void warning(String text) {
        warnings.add(text);
    }

    @Override
    public void progress(String what, long done, long of) {
        progress.add(what + " " + done + "/" + of);
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    public void cancel() {
        cancelled = true;
    }

    public List<String> lines() {
        return lines;
    }

    public List<String> warnings() {
        return warnings;
    }

    List<String> progressed() {
        return progress;
    }
}
