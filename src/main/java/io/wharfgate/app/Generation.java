package io.wharfgate.app;

import io.wharfgate.gateway.Challenges;
import io.wharfgate.http.Entrance;
import io.wharfgate.http.Era;
import io.wharfgate.http.RootHandler;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * All that requests go through, put together from one configuration. A reload puts another in its place; requests that have begun
 * here stay here, and with the last of them its parts are closed, as far as the next generation does not use them. Thread-safe.
 */
final class Generation implements AutoCloseable {

    private final Parts parts;
    private final Challenges challenges;
    private final Handlers handlers;
    private final Consumer<Measurements> measure;
    private final Era era;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** One for each listener. */
    record Handlers(RootHandler registry, RootHandler redirect, RootHandler operations) {}

    /**
     * @param measure puts its parts where those of the one before were measured
     * @param over told when it is out of force and its last request has ended: {@link #close} it then; must not wait
     */
    Generation(
            Parts parts,
            Challenges challenges,
            Handlers handlers,
            Consumer<Measurements> measure,
            Consumer<Generation> over) {
        this.parts = parts;
        this.challenges = challenges;
        this.handlers = handlers;
        this.measure = measure;
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

    Entrance.Way operations() {
        return new Entrance.Way(handlers.operations(), era);
    }

    /** It is in force: what is measured from now on is its. */
    void measure(Measurements measurements) {
        measure.accept(measurements);
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
