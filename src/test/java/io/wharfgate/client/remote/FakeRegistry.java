package io.wharfgate.client.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wharfgate.client.Progress;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A plain HTTP server that does what a test wants, and remembers what it was asked. */
final class FakeRegistry implements AutoCloseable {

    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Behaviour behaviour;

    interface Behaviour {
        void answer(HttpExchange exchange, String request) throws IOException;
    }

    FakeRegistry(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String login = exchange.getRequestHeaders().getFirst("Authorization");
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        requests.add(login == null ? request : request + " [" + login + "]");
        behaviour.answer(exchange, request);
        exchange.close();
    }

    /** {@code localhost:port}. */
    String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    RemoteRegistry open(Login login) throws IOException {
        return new Registries(Progress.none(), Duration.ofMillis(1))
                .open(host(), new Registries.Access(login, List.of(), true));
    }

    RemoteRepository repository(Login login) throws IOException {
        return open(login).repository(RepositoryName.parse("app"));
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
        if (!none) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
