package io.wharfgate.app;

import io.wharfgate.http.HttpServer;
import io.wharfgate.http.RunningRequests;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way down: nothing new comes in, and what runs may end.
 *
 * <p>A port of our own closes at once. A socket that was handed over stays, and its clients would wait there for the
 * successor for as long as the slowest transfer takes; so they are served, each with a last answer on its connection, until
 * what was running at the beginning has ended. Nor is any of them to lose a request that is on its way while connections are
 * closed: on one that has just been accepted, or by a client that has read an answer just before it would have been the last.
 */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** Clients in the middle of a pull or a push send their next request within some round trips of the network. */
    private static final Duration QUIET = Duration.ofMillis(700);

    /** For what has begun meanwhile; systemd has been asked for more than that. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private final RunningRequests running;
    private final List<HttpServer> listeners;

    Drain(RunningRequests running, List<HttpServer> listeners) {
        this.running = running;
        this.listeners = List.copyOf(listeners);
    }

    /** Ends all requests, by waiting for them or by cutting them; comes back not long after that time. */
    void within(Duration limit) {
        listeners.stream().filter(listener -> !listener.handedOver()).forEach(HttpServer::stopAccepting);
        if (listeners.stream().noneMatch(HttpServer::handedOver)) {
            cutWhatIsLeft(running.awaitNone(limit));
            return;
        }
        warn(running.finishThese(limit));
        listeners.forEach(HttpServer::stopAccepting);
        cutWhatIsLeft(running.awaitQuiet(limit.compareTo(LATE) < 0 ? limit : LATE, QUIET));
    }

    private void cutWhatIsLeft(int left) {
        warn(left);
        if (left > 0) {
            running.cut();
        }
    }

    private static void warn(int cut) {
        if (cut > 0) {
            LOG.warn("{} requests were still running and are cut", cut);
        }
    }
}
