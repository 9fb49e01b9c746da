package io.wharfgate.app;

import io.wharfgate.gateway.Challenges;
import io.wharfgate.http.Entrance;
import io.wharfgate.http.Era;
import io.wharfgate.http.RootHandler;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * All that requests go through, put together from one configuration. A reload puts another in its place; requests that have begun
 * here stay here, and with the last of them its parts are closed, as far as the next generation does not use them. Thread-safe.
 */
final class Generation implements AutoCloseable {

    private final Parts parts;
    private final Challenges challenges;
    private final Handlers handlers;
    private final Era era;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** One for each listener. */
    record Handlers(RootHandler registry, RootHandler redirect, RootHandler health) {}

    /** @param over told when it is out of force and its last request has ended: {@link #close} it then; must not wait */
    Generation(Parts parts, Challenges challenges, Handlers handlers, java.util.function.Consumer<Generation> over) {
        this.parts = parts;
        this.challenges = challenges;
        this.handlers = handlers;
        this.era = new Era(() -> over.accept(this));
    }

    Parts parts() {
        return parts;
    }

    Challenges challenges() {
        return challenges;
    }

    Entrance.Way registry() {
        return new Entrance.Way(handlers.registry(), era);
    }

    Entrance.Way redirect() {
        return new Entrance.Way(handlers.redirect(), era);
    }

    Entrance.Way health() {
        return new Entrance.Way(handlers.health(), era);
    }

    /** Another one is in force. */
    void end() {
        era.end();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            parts.close();
        }
    }
}
