package io.wharfgate.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** Speaks bytes over TLS, so that a test says exactly what is on the wire. Not thread-safe; closed by its user. */
public final class RawTls implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket tcp;
    private final SSLSocket socket;
    private final String authorization;

    private RawTls(Socket tcp, SSLSocket socket, String authorization) {
        this.tcp = tcp;
        this.socket = socket;
        this.authorization = authorization;
    }

    public static RawTls connect(RegistryUnderTest registry) throws IOException {
        return connect(registry, 0);
    }

    /**
     * Connects and shakes hands.
     *
     * @param receiveBuffer bytes that the kernel may take before somebody reads; 0 for its default
     */
    public static RawTls connect(RegistryUnderTest registry, int receiveBuffer) throws IOException {
        Socket tcp = new Socket();
        if (receiveBuffer > 0) {
            tcp.setReceiveBufferSize(receiveBuffer);
        }
        String host = registry.base().getHost();
        int port = registry.base().getPort();
        tcp.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
        tcp.setSoTimeout(PATIENCE_MILLIS);
        SSLSocket socket = (SSLSocket) registry.trust().getSocketFactory().createSocket(tcp, host, port, true);
        socket.startHandshake();
        return new RawTls(tcp, socket, registry.authorization());
    }

    /** What the server showed. */
    public X509Certificate certificate() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    public RawTls send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawTls send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** How long to wait for bytes, from now on. */
    void patience(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
    }

    /** The head of a request with credentials, from the request line on; header lines without line ends. */
    public RawTls request(String line, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(line)
                .append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: ")
                .append(authorization)
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head.append("\r\n").toString());
    }

    /** The head of a request without credentials. */
    public RawTls anonymous(String line, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head.append("\r\n").toString());
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

    public String readBody(String head) throws IOException {
        int length = Integer.parseInt(header(head, "Content-Length"));
        byte[] body = socket.getInputStream().readNBytes(length);
        assertThat(body).as("body after " + head).hasSize(length);
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Up to this many bytes of whatever comes. */
    public byte[] read(int length) throws IOException {
        return socket.getInputStream().readNBytes(length);
    }

    /**
     * The body that belongs to this head of an answer to GET, PUT, POST or PATCH, by the strict reading of its framing.
     *
     * @throws EOFException when the connection ends before the body does
     */
    public byte[] readFramed(String head) throws IOException {
        if (find(head, "Transfer-Encoding").isEmpty()) {
            int length = Integer.parseInt(header(head, "Content-Length"));
            return exactly(length);
        }
        assertThat(header(head, "Transfer-Encoding")).isEqualTo("chunked");
        assertThat(find(head, "Content-Length")).as(head).isEmpty();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.writeBytes(exactly(size));
            assertThat(line()).isEmpty();
        }
        assertThat(line()).as("trailers").isEmpty();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("ended after " + bytes.length + " of " + length);
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new EOFException("ended within a line: " + line);
            }
            line.append((char) next);
        }
        return line.substring(0, line.length() - 2);
    }

    /** Whatever comes until the server ends the connection, in whichever way; it must. */
    public byte[] readUntilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            byte[] some = new byte[16 * 1024];
            for (int count = 0; count >= 0; count = socket.getInputStream().read(some)) {
                all.write(some, 0, count);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server keeps the connection after " + all.size() + " bytes", e);
        } catch (IOException reset) {
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    public String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Asserts that the next answer is this error in JSON; gives its head. */
    public String expectError(int status, String code) throws IOException {
        String head = readHead();
        assertThat(head).startsWith("HTTP/1.1 " + status + " ").contains("Docker-Distribution-Api-Version: ");
        RegistryClient.assertErrorBody(readBody(head), code);
        return head;
    }

    public static Optional<String> find(String head, String name) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst();
    }

    public static String header(String head, String name) {
        return find(head, name).orElseThrow(() -> new AssertionError("no " + name + " in " + head));
    }

    /** Whether the server has closed or reset the connection; waits for it, and drops what still comes. */
    public boolean closedByServer() {
        try {
            while (socket.getInputStream().read() >= 0) {
                // the rest of an answer
            }
            return true;
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    /** Goes away as a crashed client does: RST, no close_notify. */
    public void abort() throws IOException {
        tcp.setSoLinger(true, 0);
        tcp.close();
    }

    /** Goes away as a program does that ends: FIN, no close_notify. */
    public void hangUp() throws IOException {
        tcp.close();
    }

    @Override
    public void close() throws IOException {
        // The socket below first: a TLS close may wait for a peer that does not read.
        tcp.close();
        socket.close();
    }
}
