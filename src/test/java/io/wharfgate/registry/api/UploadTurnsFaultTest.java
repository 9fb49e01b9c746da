package io.wharfgate.registry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.gateway.GivenRights;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.http.TransferBuffers;
import io.wharfgate.http.Workers;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RouteParser;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.UploadWriter;
import io.wharfgate.storage.memory.MemoryStore;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that lost its connection in the middle of a chunk and comes back before the server has noticed. */
class UploadTurnsFaultTest {

    private static final RepositoryName NAME = RepositoryName.parse("team/app");
    private static final Duration STALL = Duration.ofMinutes(1);

    private final Registry registry = new Registry(new MemoryStore(), new RegistryConfig(true, false));
    private final Workers workers = new Workers(2);
    private final AtomicInteger arrived = new AtomicInteger();
    private HttpServer server;
    private UploadId id;

    @BeforeEach
    void start() throws Exception {
        Bodies bodies = new Bodies(new TransferBuffers(4), workers);
        UploadHandler uploads = new UploadHandler(
                registry.uploads(), registry.blobs(), bodies, new UploadTurns(workers, Duration.ofMillis(100)));
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(STALL, STALL, 100, 64 * 1024, 0),
                2,
                Optional.empty(),
                new RootHandler(
                        new ClientAddress(address -> false),
                        new RunningRequests(),
                        Duration.ofSeconds(30),
                        exchange -> {
                            arrived.incrementAndGet();
                            workers.execute(() -> handle(uploads, exchange));
                        }));
        id = registry.uploads().start(NAME, DigestAlgorithm.SHA256);
    }

    private static void handle(UploadHandler uploads, HttpServerExchange exchange) {
        try {
            RegistryRoute route = RouteParser.parse(exchange.getRequestURI());
            RegistryCall call = new RegistryCall(
                    route, exchange.getRequestMethod(), QueryParameters.of(exchange), GivenRights.toEverything());
            uploads.handle(exchange, call, (RegistryRoute.Upload) route);
        } catch (Exception e) {
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    @AfterEach
    void stop() {
        server.close();
        workers.close();
    }

    @Test
    void silentClientMakesRoomForItsSuccessorAndWhatItSentStays() throws Exception {
        try (Socket lost = request("PATCH", "Content-Length: 1000\r\n\r\nabc");
                Socket successor = connect()) {
            await().until(() -> registry.uploads().offset(NAME, id) == 3);
            send(successor, "PATCH", "Content-Range: 3-4\r\nContent-Length: 2\r\n\r\nde");
            assertThat(statusLine(successor)).contains(" 202 ");
            assertThat(registry.uploads().offset(NAME, id)).isEqualTo(5);
            assertThat(lost.getInputStream().read())
                    .as("the lost connection is cut")
                    .isEqualTo(-1);
        }
    }

    @Test
    void silentClientDoesNotKeepAnUploadFromBeingDropped() throws Exception {
        try (Socket lost = request("PATCH", "Content-Length: 1000\r\n\r\nabc");
                Socket successor = connect()) {
            await().until(() -> registry.uploads().offset(NAME, id) == 3);
            send(successor, "DELETE", "\r\n");
            assertThat(statusLine(successor)).contains(" 204 ");
            assertThat(lost.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void requestWaitsForASessionThatIsStillBeingWritten() throws Exception {
        UploadWriter writer = registry.uploads().open(NAME, id);
        try (Socket successor = request("PATCH", "Content-Length: 2\r\n\r\nde")) {
            await().until(() -> arrived.get() == 1);
            writer.close();
            assertThat(statusLine(successor)).contains(" 202 ");
        }
    }

    private Socket connect() throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private Socket request(String method, String rest) throws Exception {
        Socket socket = connect();
        send(socket, method, rest);
        return socket;
    }

    private void send(Socket socket, String method, String rest) throws Exception {
        String head = method + " /v2/" + NAME + "/blobs/uploads/" + id + " HTTP/1.1\r\nHost: h\r\n";
        socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.US_ASCII));
    }

    private static String statusLine(Socket socket) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
