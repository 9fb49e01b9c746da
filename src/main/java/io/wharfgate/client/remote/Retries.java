package io.wharfgate.client.remote;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Printable;
import io.wharfgate.client.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Tries again what may yet work, with longer and longer pauses. Immutable, thread-safe. */
final class Retries {

    private static final int ATTEMPTS = 6;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration MOST_PATIENCE = Duration.ofMinutes(5);

    private final Progress progress;
    private final Duration first;

    /** @param first pause; each further one is twice as long */
    Retries(Progress progress, Duration first) {
        this.progress = progress;
        this.first = first;
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    <T> T run(Step<T> step) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return step.run();
            } catch (IOException e) {
                pause(e, attempt);
            }
        }
    }

    /**
     * Waits before the next attempt.
     *
     * @param attempt the one that failed, from 1
     * @throws IOException the failure, when there is to be no other attempt
     */
    void pause(IOException failure, int attempt) throws IOException {
        ExchangeException lasting = lasting(failure);
        if (lasting != null) {
            throw lasting;
        }
        if (attempt >= ATTEMPTS
                || (failure instanceof InterruptedIOException
                        && Thread.currentThread().isInterrupted())) {
            throw failure;
        }
        Duration pause = first.multipliedBy(1L << (attempt - 1));
        pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        // So that those who failed together do not come back together.
        pause = pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1));
        Duration asked = failure instanceof Failure told ? told.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        if (asked.compareTo(MOST_PATIENCE) > 0) {
            throw new ExchangeException(failure.getMessage() + "; it wants to be left alone for " + asked.toMinutes()
                    + " minutes: try again then, what is there already will not be copied twice");
        }
        pause = asked.compareTo(pause) > 0 ? asked : pause;
        progress.retrying(text(failure), pause);
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static @org.jspecify.annotations.Nullable ExchangeException lasting(IOException failure) {
        if (failure instanceof ExchangeException lasting) {
            return lasting;
        }
        if (failure instanceof javax.net.ssl.SSLHandshakeException
                || failure instanceof javax.net.ssl.SSLPeerUnverifiedException) {
            return new ExchangeException(
                    "TLS: " + Printable.of(String.valueOf(failure.getMessage()))
                            + ". If the certificate is of an authority of your own, name that with --ca FILE",
                    failure);
        }
        if (failure instanceof java.net.UnknownHostException) {
            return new ExchangeException(
                    "there is no host " + Printable.of(String.valueOf(failure.getMessage())) + "; check its name",
                    failure);
        }
        return null;
    }

    private static String text(IOException failure) {
        String message = failure.getMessage();
        return Printable.of(message == null ? failure.getClass().getSimpleName() : message);
    }
}
