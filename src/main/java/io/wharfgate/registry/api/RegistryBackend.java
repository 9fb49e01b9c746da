package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.gateway.Backend;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Registry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/** Answers {@code /v2/} from the registry's own storage: hands each kind of route to its handler, on a worker. */
public final class RegistryBackend implements Backend {

    private static final Set<String> PUSHES = Set.of("POST", "PATCH", "PUT");

    private final Registry registry;
    private final Executor workers;
    private final HotManifests hot;
    private final ManifestHandler manifests;
    private final BlobHandler blobs;
    private final UploadHandler uploads;
    private final ListHandler lists;
    private final ReferrersHandler referrers;

    /** @param workers where storage may be waited for */
    public RegistryBackend(Registry registry, Bodies bodies, Executor workers) {
        this.registry = registry;
        this.workers = workers;
        this.hot = new HotManifests(registry.manifests(), workers);
        this.manifests = new ManifestHandler(registry.manifests(), bodies);
        this.blobs = new BlobHandler(registry.blobs(), bodies);
        this.uploads = new UploadHandler(
                registry.uploads(), registry.blobs(), bodies, new UploadTurns(workers, UploadTurns.SILENT));
        this.lists = new ListHandler(registry.tags(), registry.catalog());
        this.referrers = new ReferrersHandler(registry.referrers());
    }

    @Override
    public void handle(HttpServerExchange exchange, RegistryCall call) {
        Handling handling = call.route().match(new Dispatch(exchange, call));
        if (call.route() instanceof RegistryRoute.Ping || call.route() instanceof RegistryRoute.Other) {
            run(exchange, handling);
            return;
        }
        Runnable usual = () -> run(exchange, handling);
        if (!(call.route() instanceof RegistryRoute.Manifest manifest && hot.take(exchange, manifest, usual))) {
            workers.execute(usual);
        }
    }

    private static void run(HttpServerExchange exchange, Handling handling) {
        try {
            handling.run();
        } catch (Exception e) {
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    /** Which handler answers, as a task: most of them have to wait for the disk. */
    private interface Handling {
        void run() throws Exception;
    }

    private final class Dispatch implements RegistryRoute.Cases<Handling> {

        private final HttpServerExchange exchange;
        private final RegistryCall call;

        Dispatch(HttpServerExchange exchange, RegistryCall call) {
            this.exchange = exchange;
            this.call = call;
        }

        /**
         * On answers to pushes alone (OCI distribution specification, "Warnings"), and as things stand when the answer goes
         * out.
         */
        private void warnOfQuota(RepositoryName name) {
            if (PUSHES.contains(exchange.getRequestMethod().toString())) {
                exchange.addResponseCommitListener(answered -> {
                    if (answered.getStatusCode() < 300) {
                        registry.warning(name)
                                .ifPresent(text -> answered.getResponseHeaders().add(Headers.WARNING, quoted(text)));
                    }
                });
            }
        }

        /** What operators write may hold anything; a header field may not (RFC 7230, 3.2.6). */
        private static String quoted(String text) {
            String ascii = text.replaceAll("[^ -~]", "?").replace("\\", "\\\\").replace("\"", "\\\"");
            return "299 - \"" + ascii + '"';
        }

        @Override
        public Handling ping(RegistryRoute.Ping route) {
            return () -> {
                Allowed.READ.require(exchange);
                Answer.status(200).json(Map.of()).send(exchange);
            };
        }

        @Override
        public Handling catalog(RegistryRoute.Catalog route) {
            return () -> lists.catalog(exchange, call);
        }

        @Override
        public Handling tags(RegistryRoute.Tags route) {
            return () -> lists.tags(exchange, call, route);
        }

        @Override
        public Handling manifest(RegistryRoute.Manifest route) {
            warnOfQuota(route.name());
            return () -> manifests.handle(exchange, call, route);
        }

        @Override
        public Handling blob(RegistryRoute.Blob route) {
            return () -> blobs.handle(exchange, route);
        }

        @Override
        public Handling referrers(RegistryRoute.Referrers route) {
            return () -> referrers.handle(exchange, call, route);
        }

        @Override
        public Handling uploads(RegistryRoute.Uploads route) {
            warnOfQuota(route.name());
            return () -> uploads.start(exchange, call, route);
        }

        @Override
        public Handling upload(RegistryRoute.Upload route) {
            warnOfQuota(route.name());
            return () -> uploads.handle(exchange, call, route);
        }

        @Override
        public Handling other(RegistryRoute.Other route) {
            return () -> {
                throw new RegistryException(RegistryError.NOT_FOUND, "no such resource below /v2/");
            };
        }
    }
}
