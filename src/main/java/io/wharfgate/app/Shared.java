package io.wharfgate.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part that several {@link Generation}s use, at once or one after the other. Closed when the last of them lets go of it.
 * Thread-safe.
 */
final class Shared<T extends AutoCloseable> {

    private static final Logger LOG = LoggerFactory.getLogger(Shared.class);

    private final T part;
    private int holders = 1;

    /** Held by whoever makes it. */
    Shared(T part) {
        this.part = part;
    }

    T part() {
        return part;
    }

    /** For one holder more. Only while there is one. */
    synchronized Shared<T> hold() {
        holders++;
        return this;
    }

    /** Called once by each holder. May wait, when it is the last. */
    void release() {
        synchronized (this) {
            holders--;
            if (holders > 0) {
                return;
            }
        }
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
        }
    }
}
