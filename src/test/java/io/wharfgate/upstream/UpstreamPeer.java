package io.wharfgate.upstream;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One connection from the gateway, as {@link ScriptedUpstream} sees it. Used by one thread; what it knows, by all. */
final class UpstreamPeer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger served = new AtomicInteger();
    private volatile boolean ended;

    UpstreamPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
    }

    /** Whether the connection had been used before this request: it came out of the gateway's pool. */
    boolean reused() {
        return served.get() > 1;
    }

    /** Whether the gateway has ended the connection, or the script has. */
    boolean ended() {
        return ended;
    }

    long sent() {
        return sent.get();
    }

    void gone() {
        ended = true;
    }

    /** Drops from memory what has come so far. */
    void forget() {
        synchronized (received) {
            received.reset();
        }
    }

    String received() {
        synchronized (received) {
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }

    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) readByte());
        }
        served.incrementAndGet();
        return head.toString();
    }

    private int readByte() throws IOException {
        int next = socket.getInputStream().read();
        if (next < 0) {
            gone();
            throw new EOFException();
        }
        synchronized (received) {
            received.write(next);
        }
        return next;
    }

    /** Exactly so many bytes of a body. */
    byte[] read(int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        synchronized (received) {
            received.writeBytes(bytes);
        }
        if (bytes.length < length) {
            gone();
            throw new EOFException();
        }
        return bytes;
    }

    /** A body in chunks, to its end. */
    byte[] readChunked() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(readLine(), 16);
            if (size == 0) {
                readLine();
                return body.toByteArray();
            }
            body.writeBytes(read(size));
            readLine();
        }
    }

    /** Reads one chunk; whether it is this text. */
    boolean readChunkOf(String text) throws IOException {
        int size = Integer.parseInt(readLine(), 16);
        boolean same = new String(read(size), StandardCharsets.ISO_8859_1).equals(text);
        readLine();
        return same;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) {
            line.append((char) readByte());
        }
        return line.substring(0, line.length() - 2);
    }

    UpstreamPeer send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    UpstreamPeer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        sent.addAndGet(bytes.length);
        return this;
    }

    /** Sends until the gateway ends the connection. */
    void sendForever() {
        try {
            while (true) {
                send(new byte[64 * 1024]);
            }
        } catch (IOException e) {
            gone();
        }
    }

    /** Reads until the gateway ends the connection. */
    void readToEnd() {
        try {
            while (true) {
                readByte();
            }
        } catch (IOException e) {
            gone();
        }
    }

    /** Sends FIN, and still reads. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** RST, as of a process that was killed with unread data. */
    void cut() throws IOException {
        gone();
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Closes from another thread; comes back when the gateway has closed its end too. */
    void hangUp() {
        try {
            if (!socket.isClosed() && !ended) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.shutdownOutput();
                while (!ended && socket.getInputStream().read() >= 0) {
                    // what was on its way
                }
            }
            gone();
            socket.close();
        } catch (IOException e) {
            gone();
            try {
                socket.close();
            } catch (IOException closing) {
                throw new UncheckedIOException(closing);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        gone();
    }
}
