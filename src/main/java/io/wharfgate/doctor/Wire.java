package io.wharfgate.doctor;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection. Whatever the other side does or does not do, nothing here takes longer than the time that was given: at its
 * end the socket is closed under whoever waits. For one thread at a time; closed by its user.
 */
final class Wire implements AutoCloseable {

    private static final int SMALL = 16 * 1024;
    private static final int PIECE = 32 * 1024;
    /** On top of the patience, for each body: what a slow line takes for it. */
    private static final int SLOWEST_BYTES_PER_SECOND = 64 * 1024;

    private final Socket socket;
    private final Alarm.Guard guard;
    private final String host;
    private final Duration patience;
    private final OutputStream out;
    private final AnswerReader reader;

    Wire(Socket socket, Alarm.Guard guard, String host, Duration patience) throws IOException {
        this.socket = socket;
        this.guard = guard;
        this.host = host;
        this.patience = patience;
        this.out = socket.getOutputStream();
        this.reader = new AnswerReader(new BufferedInputStream(socket.getInputStream(), SMALL));
    }

    /** Sends the request and reads its answer, which may come before the body has gone out. */
    Response exchange(Request request) throws IOException {
        byte[] content = request.content();
        guard.set(patience.plusSeconds(content.length / SLOWEST_BYTES_PER_SECOND));
        try {
            return answered(request, content);
        } catch (IOException e) {
            throw guard.explained(e, "no answer");
        } finally {
            guard.clear();
        }
    }

    private Response answered(Request request, byte[] content) throws IOException {
        var sent = new AtomicBoolean();
        if (content.length <= SMALL) {
            sendAll(request);
            sent.set(true);
        } else {
            out.write(request.headBytes(host));
            out.flush();
            // A server may answer before it has read the body, and then never read it: reading must not wait for
            // writing.
            Thread writer = new Thread(() -> sendQuietly(request, sent), "doctor-body");
            writer.setDaemon(true);
            writer.start();
        }
        return receive(request.method(), sent);
    }

    private void sendAll(Request request) throws IOException {
        try {
            out.write(request.headBytes(host));
            sendBody(request.body());
        } catch (IOException e) {
            // It may have answered and closed while we wrote: the answer tells more than the broken pipe.
            if (guard.expired()) {
                throw e;
            }
        }
    }

    private void sendQuietly(Request request, AtomicBoolean sent) {
        try {
            sendBody(request.body());
            sent.set(true);
        } catch (IOException closed) {
            // The answer, or its absence, is what counts.
        }
    }

    private void sendBody(Request.Body body) throws IOException {
        if (body instanceof Request.Body.Sized sized) {
            out.write(sized.content());
        } else if (body instanceof Request.Body.Chunked chunked) {
            byte[] content = chunked.content();
            for (int at = 0; at < content.length; at += PIECE) {
                chunk(content, at, Math.min(PIECE, content.length - at));
            }
            endChunks();
        }
        out.flush();
    }

    /** Sends raw bytes: for checks that stop in the middle. */
    void send(byte[] bytes, int from, int length) throws IOException {
        guard.set(patience);
        try {
            out.write(bytes, from, length);
            out.flush();
        } catch (IOException e) {
            throw guard.explained(e, "bytes were not taken");
        } finally {
            guard.clear();
        }
    }

    /** Sends the head alone. */
    void sendHead(Request request) throws IOException {
        byte[] head = request.headBytes(host);
        send(head, 0, head.length);
    }

    /** One chunk of a body whose head says that it is chunked. */
    void sendChunk(byte[] content, int from, int length) throws IOException {
        guard.set(patience);
        try {
            chunk(content, from, length);
        } catch (IOException e) {
            throw guard.explained(e, "bytes were not taken");
        } finally {
            guard.clear();
        }
    }

    private void chunk(byte[] content, int from, int length) throws IOException {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(content, from, length);
        out.write(new byte[] {'\r', '\n'});
        out.flush();
    }

    private void endChunks() throws IOException {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Waits for the next head, interim ones included. */
    AnswerReader.Head head(Duration time) throws IOException {
        guard.set(time);
        try {
            return reader.head();
        } catch (IOException e) {
            throw guard.explained(e, "no answer");
        } finally {
            guard.clear();
        }
    }

    /** Reads the final answer to a request that has been sent. */
    Response receive(String method, Duration time) throws IOException {
        guard.set(time);
        try {
            return receive(method, new AtomicBoolean(true));
        } catch (IOException e) {
            throw guard.explained(e, "no answer");
        } finally {
            guard.clear();
        }
    }

    private Response receive(String method, AtomicBoolean sent) throws IOException {
        var interim = new ArrayList<Integer>();
        AnswerReader.Head head = reader.head();
        while (head.status() < 200) {
            if (interim.size() == 10 || head.status() == 101) {
                throw new WireException("interim answers without end, the last one " + head.status());
            }
            interim.add(head.status());
            head = reader.head();
        }
        return complete(method, head, interim, !sent.get());
    }

    /** The rest of the answer that this head begins. */
    Response complete(String method, AnswerReader.Head head, Duration time) throws IOException {
        guard.set(time);
        try {
            return complete(method, head, List.of(), false);
        } catch (IOException e) {
            throw guard.explained(e, "no end of the answer");
        } finally {
            guard.clear();
        }
    }

    private Response complete(String method, AnswerReader.Head head, List<Integer> interim, boolean early)
            throws IOException {
        AnswerReader.Framing framing = AnswerReader.framing(method, head);
        return new Response(
                head.version(),
                head.status(),
                head.fields(),
                reader.body(framing, head),
                framing,
                List.copyOf(interim),
                early);
    }

    /** Does not wait for anybody: TLS's farewell may be stuck behind bytes that nobody takes. */
    @Override
    public void close() {
        guard.close();
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed as far as we care.
        }
    }
}
