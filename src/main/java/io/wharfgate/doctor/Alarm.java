package io.wharfgate.doctor;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends what takes too long by closing its socket: the only way out of a blocked write, and of a TLS handshake that somebody
 * feeds byte by byte. Thread-safe; closed by its user.
 */
final class Alarm implements AutoCloseable {

    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "doctor-alarm");
        thread.setDaemon(true);
        return thread;
    });

    Alarm() {
        clock.setRemoveOnCancelPolicy(true);
    }

    /** Watches over the TCP socket: closing the TLS one above it could wait for a write. */
    Guard over(Socket tcp) {
        return new Guard(tcp);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** The alarm of one connection. */
    final class Guard implements AutoCloseable {

        private final Socket tcp;
        private volatile boolean expired;
        private volatile Duration given = Duration.ZERO;
        private @Nullable ScheduledFuture<?> pending;

        private Guard(Socket tcp) {
            this.tcp = tcp;
        }

        void set(Duration time) {
            clear();
            given = time;
            pending = clock.schedule(this::expire, time.toMillis(), TimeUnit.MILLISECONDS);
        }

        void clear() {
            if (pending != null) {
                pending.cancel(false);
                pending = null;
            }
        }

        boolean expired() {
            return expired;
        }

        /** The failure in words: the time that ran out, if that is what it was. */
        WireException explained(IOException e, String what) {
            if (expired) {
                return new WireException(what + " within " + Text.time(given), e, true);
            }
            if (e instanceof WireException known) {
                return known;
            }
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new WireException("the connection broke: " + message, e);
        }

        private void expire() {
            expired = true;
            closeSocket();
        }

        private void closeSocket() {
            try {
                tcp.close();
            } catch (IOException e) {
                // Whoever waits on it will hear of it.
            }
        }

        @Override
        public void close() {
            clear();
            closeSocket();
        }
    }
}
