package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.registry.Manifests;
import io.wharfgate.registry.RememberedManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioIoThread;

/**
 * Answers GET and HEAD of manifests that are in memory on the I/O threads. Before that, a worker looks at the storage whether
 * nothing has changed: after the request has come, so that every answer is as fresh as a read, and once for all requests for the
 * same manifest that wait at that moment, so that a look costs a busy registry next to nothing. Who comes while a look is under
 * way waits for the next one, which is begun when that has ended: one worker at a time looks after a manifest. Safe for use by any thread.
 */
final class HotManifests {

    private static final Logger LOG = LoggerFactory.getLogger(HotManifests.class);

    private final Manifests manifests;
    private final Executor workers;

    /** Who waits for the next look, by manifests that somebody looks after just now. */
    private final ConcurrentMap<RememberedManifest, List<Waiting>> waiting = new ConcurrentHashMap<>();

    /** @param usual answers as if nothing were in memory */
    private record Waiting(HttpServerExchange exchange, Runnable usual) {}

    HotManifests(Manifests manifests, Executor workers) {
        this.manifests = manifests;
        this.workers = workers;
    }

    /**
     * Takes the request, if it can; on its I/O thread.
     *
     * @param usual what to do where it turns out that it cannot; run on a worker
     * @return false when nothing was done
     */
    boolean take(HttpServerExchange exchange, RegistryRoute.Manifest route, Runnable usual) {
        if (!reads(exchange)) {
            return false;
        }
        Optional<RememberedManifest> found = manifests.remembered(route.name(), route.reference());
        found.ifPresent(manifest -> await(manifest, new Waiting(exchange, usual)));
        return found.isPresent();
    }

    private void await(RememberedManifest manifest, Waiting one) {
        List<Waiting> first = new ArrayList<>(1);
        first.add(one);
        List<Waiting> all = waiting.merge(manifest, first, (before, more) -> {
            before.addAll(more);
            return before;
        });
        if (all == first) {
            // Not at once: first this thread reads all other requests that have come with this one.
            one.exchange().getIoThread().execute(() -> workers.execute(() -> lookForAll(manifest)));
        }
    }

    private void lookForAll(RememberedManifest manifest) {
        List<Waiting> all = waiting.put(manifest, new ArrayList<>());
        try {
            look(manifest, Objects.requireNonNull(all));
        } finally {
            if (!waiting.remove(manifest, List.of())) {
                // In its turn: else as many busy manifests as there are workers would keep all of them.
                workers.execute(() -> lookForAll(manifest));
            }
        }
    }

    private void look(RememberedManifest manifest, List<Waiting> all) {
        if (!confirmed(manifest)) {
            all.forEach(one -> workers.execute(one.usual()));
            return;
        }
        if (all.stream().anyMatch(one -> one.exchange().getRequestMethod().equals(Methods.GET))) {
            manifests.pulled(manifest);
        }
        Map<XnioIoThread, List<Waiting>> byThread = new HashMap<>();
        all.forEach(one -> byThread.computeIfAbsent(one.exchange().getIoThread(), thread -> new ArrayList<>())
                .add(one));
        byThread.forEach((thread, ones) ->
                thread.execute(() -> ones.forEach(one -> answer(one.exchange(), manifest.manifest()))));
    }

    private boolean confirmed(RememberedManifest manifest) {
        try {
            return manifests.confirm(manifest);
        } catch (Exception e) {
            // The usual way tells each client what is wrong.
            LOG.debug("no look at a manifest's files", e);
            return false;
        }
    }

    private static void answer(HttpServerExchange exchange, Manifests.Stored manifest) {
        try {
            ManifestHandler.answer(exchange, manifest);
        } catch (Exception e) {
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    private static boolean reads(HttpServerExchange exchange) {
        return exchange.getRequestMethod().equals(Methods.GET)
                || exchange.getRequestMethod().equals(Methods.HEAD);
    }
}
