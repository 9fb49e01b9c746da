package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.http.IoTimer;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * Requests for an upload session that another request still has open. Nearly always that other one is dead: the client
 * lost its connection and came back, sooner than the last bytes of its first try were on disk, or than the network told
 * us. To answer 409 at once would end the upload of a client that resumes as it should. So a request waits for its turn,
 * without a thread; and an older one whose client has gone silent makes room for it. A session is known by its repository and
 * its id: who may push to one repository has no say about the sessions of another. Safe for use by any thread.
 */
final class UploadTurns {

    private static final Logger LOG = LoggerFactory.getLogger(UploadTurns.class);

    /** Bytes of a live client come more often than that, also over a bad line. */
    static final Duration SILENT = Duration.ofSeconds(3);

    /** Less than clients wait for an answer: docker 15 s. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private static final int AGAIN_MILLIS = 50;

    private final Executor workers;
    private final Duration silent;
    private final ConcurrentMap<RegistryRoute.Upload, Turn> turns = new ConcurrentHashMap<>();

    private record Turn(HttpServerExchange exchange, ChunkSink sink) {}

    /** Opens the session at its beginning, and may be tried again as long as that fails. */
    interface Step {
        void run() throws IOException;
    }

    /** @param silent how long a client must have sent nothing to lose its session to a newer request */
    UploadTurns(Executor workers, Duration silent) {
        this.workers = workers;
        this.silent = silent;
    }

    /** Notes that a request writes to the session from now on, until its exchange is over. */
    void begin(RegistryRoute.Upload session, HttpServerExchange exchange, ChunkSink sink) {
        Turn turn = new Turn(exchange, sink);
        exchange.addExchangeCompleteListener((ended, next) -> {
            turns.remove(session, turn);
            next.proceed();
        });
        turns.put(session, turn);
    }

    /** Runs the step, now or as soon as the session is free; on a worker. */
    void await(RegistryRoute.Upload session, HttpServerExchange exchange, Step step) throws IOException {
        attempt(session, exchange, step, System.nanoTime() + LONGEST_WAIT.toNanos());
    }

    private void attempt(RegistryRoute.Upload session, HttpServerExchange exchange, Step step, long deadline)
            throws IOException {
        try {
            step.run();
        } catch (RegistryException e) {
            if (e.error() != RegistryError.BLOB_UPLOAD_BUSY || System.nanoTime() - deadline >= 0) {
                throw e;
            }
            cutSilent(session);
            IoTimer.after(
                    exchange.getIoThread(),
                    () -> workers.execute(() -> again(session, exchange, step, deadline)),
                    AGAIN_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void again(RegistryRoute.Upload session, HttpServerExchange exchange, Step step, long deadline) {
        try {
            attempt(session, exchange, step, deadline);
        } catch (IOException | RuntimeException e) {
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    /** The cut transfer then ends as any whose client has left: what arrived stays, and the session is let go. */
    private void cutSilent(RegistryRoute.Upload session) {
        Turn turn = turns.get(session);
        if (turn != null && turn.sink().silentNanos() > silent.toNanos()) {
            LOG.info("upload taken over from a silent client upload={}", session.id());
            turn.exchange()
                    .getIoThread()
                    .execute(() -> IoUtils.safeClose(turn.exchange().getConnection()));
        }
    }
}
