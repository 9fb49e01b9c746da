package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.wharfgate.http.TestServer.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A socket that outlives its servers. What XNIO does with it is reached from inside of XNIO's package: when a new XNIO has
 * changed there, this is where it shows.
 */
@SuppressWarnings("try")
class HandedOverListenerTest {

    private static final String PING = "GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Set<Thread> answering = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel channel;

    @BeforeEach
    void listen() throws IOException {
        channel = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    private HttpServer server(int maxConnections) throws IOException {
        RootHandler handler = new RootHandler(
                new ClientAddress(address -> false), new RunningRequests(), Duration.ofSeconds(30), exchange -> {
                    answering.add(Thread.currentThread());
                    Answer.status(200).text("here\n").send(exchange);
                });
        ServerConfig.Limits limits =
                new ServerConfig.Limits(Duration.ofSeconds(30), Duration.ofSeconds(1), maxConnections, 64 * 1024, 0);
        return HttpServer.startOn(channel, limits, 2, Optional.empty(), handler);
    }

    private RawClient connect() throws IOException {
        InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        return new RawClient(socket);
    }

    @Test
    void answersThere() throws IOException {
        try (HttpServer server = server(100);
                RawClient client = connect()) {
            assertThat(client.send(PING).readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(server.handedOver()).isTrue();
            assertThat(server.port()).isEqualTo(((InetSocketAddress) channel.getLocalAddress()).getPort());
            assertThat(server).hasToString(channel.getLocalAddress().toString());
        }
    }

    @Test
    void whoConnectsInBetweenIsAnsweredByTheNext() throws IOException {
        try (HttpServer first = server(100);
                RawClient before = connect()) {
            assertThat(before.readBody(before.send(PING).readHead())).asString().isEqualTo("here\n");
            first.stopAccepting();
            try (RawClient between = connect()) {
                between.send(PING);
                first.close();
                assertThat(before.closedByServer()).isTrue();
                assertThat(channel.isOpen()).isTrue();
                try (HttpServer next = server(100)) {
                    assertThat(between.readHead()).startsWith("HTTP/1.1 200 ");
                }
            }
        }
    }

    @Test
    void openConnectionsGoOnWhenNoneIsAccepted() throws IOException {
        try (HttpServer server = server(100);
                RawClient client = connect()) {
            client.readBody(client.send(PING).readHead());
            server.stopAccepting();
            assertThat(client.send(PING).readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void theSocketStaysOpenWhateverIsClosed() throws IOException {
        HttpServer server = server(100);
        // Without stopAccepting before, and twice.
        server.close();
        assertThatCode(server::close).doesNotThrowAnyException();
        assertThat(channel.isOpen()).isTrue();
        try (HttpServer next = server(100);
                RawClient client = connect()) {
            assertThat(client.send(PING).readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void noMoreConnectionsThanAllowed() throws IOException {
        try (HttpServer limited = server(1);
                RawClient first = connect();
                RawClient second = connect()) {
            assertThat(first.send(PING).readHead()).startsWith("HTTP/1.1 200 ");
            second.send(PING).socket().setSoTimeout(300);
            assertThat(timesOut(second)).isTrue();
            first.close();
            second.socket().setSoTimeout(20_000);
            assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    private static boolean timesOut(RawClient client) throws IOException {
        try {
            client.readHead();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    @Test
    void theReceiveBufferIsTheConfiguredOne() throws IOException {
        try (HttpServer server = server(100)) {
            // Linux doubles it, for what it keeps beside the data.
            assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isIn(64 * 1024, 128 * 1024);
        }
    }

    @Test
    void connectionsAreSpreadOverTheThreads() throws IOException {
        try (HttpServer server = server(1000)) {
            await().until(() -> {
                try (RawClient client = connect()) {
                    client.send(PING).readHead();
                }
                return answering.size() == 2;
            });
        }
    }
}
