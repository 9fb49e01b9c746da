package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A plain HTTP server around a handler under test, on a port of its own. */
public final class TestServer implements AutoCloseable {

    public interface Handler {
        void handle(HttpServerExchange exchange, Bodies bodies) throws Exception;
    }

    final Workers workers;
    final TransferBuffers buffers;
    public final RunningRequests running = new RunningRequests();
    private final HttpServer server;

    public TestServer(Handler handler) throws IOException {
        this(handler, Duration.ofSeconds(30), 4, 16);
    }

    TestServer(ClientAddress addresses, Handler handler) throws IOException {
        this(addresses, handler, Duration.ofSeconds(30), 4, 16);
    }

    public TestServer(Handler handler, Duration stallTimeout, int workerCount, int bufferCount) throws IOException {
        this(new ClientAddress(address -> false), handler, stallTimeout, workerCount, bufferCount);
    }

    private TestServer(
            ClientAddress addresses, Handler handler, Duration stallTimeout, int workerCount, int bufferCount)
            throws IOException {
        workers = new Workers(workerCount);
        buffers = new TransferBuffers(bufferCount);
        Bodies bodies = new Bodies(buffers, workers);
        HttpHandler adapter = exchange -> handler.handle(exchange, bodies);
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(stallTimeout, Duration.ofSeconds(1), 1000, 64 * 1024, 0),
                2,
                Optional.empty(),
                new RootHandler(addresses, running, stallTimeout, adapter));
    }

    public int port() {
        return server.port();
    }

    void stopAccepting() {
        server.stopAccepting();
    }

    public RawClient connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return new RawClient(socket);
    }

    @Override
    public void close() {
        server.close();
        workers.close();
    }

    /** Speaks bytes, so that a test says exactly what is on the wire. */
    public record RawClient(Socket socket) implements AutoCloseable {

        public RawClient send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public RawClient send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        }

        /** Status line and headers of the next answer, up to the empty line. */
        public String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                int c = socket.getInputStream().read();
                if (c < 0) {
                    throw new IOException("closed after: " + head);
                }
                head.append((char) c);
            }
            return head.toString();
        }

        public byte[] readBody(String head) throws IOException {
            int length = Integer.parseInt(header(head, "Content-Length"));
            byte[] body = socket.getInputStream().readNBytes(length);
            if (body.length < length) {
                throw new IOException("body ends after " + body.length + " of " + length);
            }
            return body;
        }

        public static String header(String head, String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + " in " + head));
        }

        /** Whether the server has closed or reset the connection; waits for it. */
        public boolean closedByServer() {
            try {
                return socket.getInputStream().read() < 0;
            } catch (IOException e) {
                return !(e instanceof java.net.SocketTimeoutException);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
