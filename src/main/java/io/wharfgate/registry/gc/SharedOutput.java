package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;

/** An output for several threads that work for one task. */
final class SharedOutput implements TaskOutput {

    private final TaskOutput out;
    private volatile boolean stopped;

    SharedOutput(TaskOutput out) {
        this.out = out;
    }

    /** From now on all of them are told to stop. */
    void stop() {
        stopped = true;
    }

    @Override
    public synchronized void line(String text) {
        out.line(text);
    }

    @Override
    public synchronized void warning(String text) {
        out.warning(text);
    }

    @Override
    public synchronized void progress(String what, long done, long of) {
        out.progress(what, done, of);
    }

    @Override
    public synchronized void figure(String name, long value) {
        out.figure(name, value);
    }

    @Override
    public boolean cancelled() {
        return stopped || out.cancelled();
    }
}
