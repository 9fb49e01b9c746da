package io.wharfgate.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.HttpHost;

/**
 * An upstream of bytes: it accepts connections, and a test says by hand, or by a {@link Script} for each connection, what is
 * read and written on them. Everything that arrives is recorded.
 */
final class RawUpstream implements AutoCloseable {

    /** What happens on one connection, on a thread of its own; its end leaves the connection as it is. */
    interface Script {
        void run(Connection connection) throws Exception;
    }

    /** How the other side left a connection. */
    enum Close {
        /** A clean end: FIN. */
        FIN,
        /** RST, or any other failure. */
        RESET
    }

    private static final int PATIENCE_MILLIS = 20_000;

    private final ServerSocket listener;
    private final BlockingQueue<Connection> unclaimed = new LinkedBlockingQueue<>();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private RawUpstream(ServerSocket listener) {
        this.listener = listener;
    }

    /** Connections wait for {@link #accept}. */
    static RawUpstream start() throws IOException {
        return start(64 * 1024, connection -> {});
    }

    /** Each connection runs the script. */
    static RawUpstream start(Script script) throws IOException {
        return start(64 * 1024, script);
    }

    /** @param receiveBuffer of the kernel, in bytes: a small one makes senders wait early */
    static RawUpstream start(int receiveBuffer, Script script) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReceiveBufferSize(receiveBuffer);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        RawUpstream upstream = new RawUpstream(listener);
        daemon("raw-upstream", () -> upstream.acceptAll(script));
        return upstream;
    }

    /** Answers every request, as long as its connection lives, with these bytes; bodies of requests are read first. */
    static RawUpstream answering(String answer) throws IOException {
        return start(connection -> {
            while (true) {
                connection.readRequest();
                connection.write(answer);
            }
        });
    }

    private void acceptAll(Script script) {
        try {
            while (true) {
                Connection connection = new Connection(listener.accept());
                connections.add(connection);
                unclaimed.add(connection);
                daemon("raw-upstream-connection", () -> {
                    try {
                        script.run(connection);
                    } catch (IOException closed) {
                        // The script reads until the other side leaves.
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                });
            }
        } catch (IOException closed) {
            // By close().
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The next connection that nobody has asked for; waits for it. */
    Connection accept() throws InterruptedException {
        Connection connection = unclaimed.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        if (connection == null) {
            throw new AssertionError("nobody connected");
        }
        return connection;
    }

    int port() {
        return listener.getLocalPort();
    }

    HttpHost host() {
        return new HttpHost("http", "127.0.0.1", port());
    }

    /** All connections that there ever were, in their order. */
    List<Connection> connections() {
        return List.copyOf(connections);
    }

    /** How many connections the other side has not left. Reads, and keeps, what has arrived. */
    long open() {
        return connections.stream().filter(Connection::isOpen).count();
    }

    /** What went wrong in scripts, beside broken connections. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection connection : connections) {
            connection.socket.close();
        }
    }

    /** One connection. Used by one thread at a time, but for {@link #isOpen} and {@link #received}. */
    static final class Connection {

        private final Socket socket;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private int taken;
        private volatile boolean left;
        private volatile boolean broken;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        /** Everything that has been read, from the connection's first byte on, as ISO 8859-1. */
        String received() {
            synchronized (received) {
                return received.toString(StandardCharsets.ISO_8859_1);
            }
        }

        private int readByte() throws IOException {
            synchronized (received) {
                if (taken < received.size()) {
                    return received.toByteArray()[taken++] & 0xff;
                }
            }
            int b = next();
            if (b < 0) {
                left = true;
                throw new IOException("closed by the other side");
            }
            synchronized (received) {
                received.write(b);
                taken = received.size();
            }
            return b;
        }

        private int next() throws IOException {
            try {
                return socket.getInputStream().read();
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                return -1;
            }
        }

        /** One line, without its end. */
        String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int c = readByte();
                if (c == '\n') {
                    return line.toString();
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
        }

        /** Request line and fields, with the empty line. */
        String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            String line;
            do {
                line = readLine();
                head.append(line).append("\r\n");
            } while (!line.isEmpty());
            return head.toString();
        }

        /** So many bytes. */
        byte[] read(int length) throws IOException {
            byte[] bytes = new byte[length];
            int from = 0;
            synchronized (received) {
                while (taken < received.size() && from < length) {
                    bytes[from++] = received.toByteArray()[taken++];
                }
            }
            int n = socket.getInputStream().readNBytes(bytes, from, length - from);
            synchronized (received) {
                received.write(bytes, from, n);
                taken = received.size();
            }
            if (from + n < length) {
                left = true;
                throw new IOException("closed by the other side after " + (from + n) + " of " + length + " bytes");
            }
            return bytes;
        }

        /** The body that belongs to this head: by its length, chunked, or none. */
        byte[] readBody(String head) throws IOException {
            if (field(head, "Transfer-Encoding").equalsIgnoreCase("chunked")) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                int length;
                do {
                    length = Integer.parseInt(readLine(), 16);
                    body.writeBytes(read(length));
                    readLine();
                } while (length > 0);
                return body.toByteArray();
            }
            String length = field(head, "Content-Length");
            return length.isEmpty() ? new byte[0] : read(Integer.parseInt(length));
        }

        /** A whole request; returns its head. */
        String readRequest() throws IOException {
            String head = readHead();
            readBody(head);
            return head;
        }

        /** The value of a field; empty if there is none. */
        static String field(String head, String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void write(byte[] bytes) throws IOException {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                broken = true;
                throw e;
            }
        }

        /** FIN to the other side; what it sends is still read. */
        void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        /** A clean close, or RST if something that arrived was not read. */
        void close() throws IOException {
            socket.close();
        }

        /** RST. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Reads to the end, and says how the other side left. */
        Close awaitClose() throws IOException {
            try {
                drain();
                return Close.FIN;
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the connection is still open", e);
            } catch (IOException e) {
                left = true;
                return Close.RESET;
            }
        }

        private void drain() throws IOException {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[64 * 1024];
            int n;
            while ((n = in.read(buffer)) >= 0) {
                synchronized (received) {
                    received.write(buffer, 0, n);
                }
            }
            left = true;
        }

        /** Whether a read has found that the other side is gone. */
        boolean left() {
            return left;
        }

        /** Whether a script's write has failed. */
        boolean broken() {
            return broken;
        }

        /** Whether the other side is still there; looks, and does not wait. Not while a script reads. */
        synchronized boolean isOpen() {
            if (left || socket.isClosed()) {
                return false;
            }
            try {
                socket.setSoTimeout(1);
                drain();
            } catch (SocketTimeoutException e) {
                return true;
            } catch (IOException e) {
                left = true;
            } finally {
                restoreTimeout();
            }
            return false;
        }

        private void restoreTimeout() {
            try {
                socket.setSoTimeout(PATIENCE_MILLIS);
            } catch (IOException e) {
                left = true;
            }
        }
    }
}
