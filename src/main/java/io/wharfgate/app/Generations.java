package io.wharfgate.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The generation in force, and those before it that still have requests. Closing it closes all of them, after the last request
 * or in spite of it. Thread-safe.
 */
final class Generations implements AutoCloseable {

    private final List<Generation> alive = new ArrayList<>();
    private boolean closed;
    private volatile Optional<Generation> current = Optional.empty();

    /** The one in force. Only after the first {@link #begin}. */
    Generation current() {
        return current.orElseThrow();
    }

    /** Empty before the first {@link #begin}. */
    Optional<Generation> inForce() {
        return current;
    }

    /** From now on requests go through this one. */
    void begin(Generation next) {
        Optional<Generation> before;
        synchronized (alive) {
            if (closed) {
                next.close();
                return;
            }
            alive.add(next);
            before = current;
            current = Optional.of(next);
        }
        before.ifPresent(Generation::end);
    }

    /** Its last request has ended. May wait. */
    void closed(Generation generation) {
        synchronized (alive) {
            alive.remove(generation);
        }
        generation.close();
    }

    /** How many there are, the one in force among them. */
    int count() {
        synchronized (alive) {
            return alive.size();
        }
    }

    @Override
    public void close() {
        List<Generation> left;
        synchronized (alive) {
            left = List.copyOf(alive);
            alive.clear();
            closed = true;
        }
        left.forEach(Generation::close);
    }
}
