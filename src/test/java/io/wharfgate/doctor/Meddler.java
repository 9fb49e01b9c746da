package io.wharfgate.doctor;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A proxy that does to a real registry what a wrong configuration does: answers by itself, or changes heads on their way. Only the
 * first request of a connection is meddled with. Closed by its user.
 */
final class Meddler implements AutoCloseable {

    /**
     * What it does.
     *
     * @param answer to the request with this head, instead of the registry's; all bytes of it
     * @param onward makes another head of a request
     * @param back makes another head of an answer, given that of the request too
     */
    record Meddling(
            Function<String, Optional<String>> answer,
            UnaryOperator<String> onward,
            BackChange back,
            boolean readsAll) {

        static Meddling none() {
            return new Meddling(head -> Optional.empty(), head -> head, (request, head) -> head, false);
        }

        /** Answers requests whose request line begins like this. */
        Meddling answering(String beginning, String answer) {
            return new Meddling(
                    head -> head.startsWith(beginning) ? Optional.of(answer) : this.answer.apply(head),
                    onward,
                    back,
                    readsAll);
        }

        Meddling answeringIf(Function<String, Optional<String>> other) {
            return new Meddling(other, onward, back, readsAll);
        }

        Meddling onward(UnaryOperator<String> other) {
            return new Meddling(answer, other, back, readsAll);
        }

        Meddling back(BackChange other) {
            return new Meddling(answer, onward, other, readsAll);
        }

        /** Both. */
        Meddling and(Meddling other) {
            return new Meddling(
                    head -> answer.apply(head).or(() -> other.answer.apply(head)),
                    head -> other.onward.apply(onward.apply(head)),
                    (request, head) -> other.back.of(request, back.of(request, head)),
                    readsAll || other.readsAll);
        }

        /** Keeps every request until it has all of it. */
        Meddling buffering() {
            return new Meddling(answer, onward, back, true);
        }
    }

    private static final String END = "\r\n0\r\n\r\n";

    interface BackChange {
        String of(String requestHead, String head);
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int registry;
    private volatile Meddling meddling;

    Meddler(int registry, Meddling meddling) throws IOException {
        this.registry = registry;
        this.meddling = meddling;
        daemon(this::acceptAll);
    }

    int port() {
        return listener.getLocalPort();
    }

    Target target() {
        return new Target(false, "localhost", port());
    }

    /** From now on. */
    void meddle(Meddling other) {
        meddling = other;
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = listener.accept();
                daemon(() -> serve(client));
            }
        } catch (IOException closed) {
            // By close().
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = head(in);
            Optional<String> canned = meddling.answer().apply(head);
            if (canned.isPresent()) {
                client.getOutputStream().write(canned.get().getBytes(StandardCharsets.ISO_8859_1));
                linger(client, in);
                return;
            }
            byte[] body = meddling.readsAll() ? wholeBody(in, head) : new byte[0];
            forward(client, in, head, body);
        } catch (IOException left) {
            // The doctor leaves when it has seen enough.
        }
    }

    /** Reads on until the client leaves, so that no reset overtakes the answer. */
    private static void linger(Socket client, InputStream in) throws IOException {
        client.shutdownOutput();
        in.transferTo(OutputStream.nullOutputStream());
    }

    private void forward(Socket client, InputStream in, String head, byte[] body) throws IOException {
        try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), registry)) {
            onward.getOutputStream().write(meddling.onward().apply(head).getBytes(StandardCharsets.ISO_8859_1));
            onward.getOutputStream().write(body);
            daemon(() -> copy(in, onward));
            InputStream answer = new BufferedInputStream(onward.getInputStream());
            String answerHead = head(answer);
            if (answerHead.startsWith("HTTP/1.1 100")) {
                client.getOutputStream().write(answerHead.getBytes(StandardCharsets.ISO_8859_1));
                answerHead = head(answer);
            }
            client.getOutputStream().write(meddling.back().of(head, answerHead).getBytes(StandardCharsets.ISO_8859_1));
            answer.transferTo(client.getOutputStream());
        }
    }

    private static void copy(InputStream in, Socket to) {
        try {
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException left) {
            // One of the two has left.
        }
    }

    /** To the end of the chunks, or of the length. */
    private static byte[] wholeBody(InputStream in, String head) throws IOException {
        var body = new ByteArrayOutputStream();
        if (head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked")) {
            for (int matched = 0; matched < END.length(); ) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("left");
                }
                body.write(b);
                matched = b == END.charAt(matched) ? matched + 1 : b == END.charAt(0) ? 1 : 0;
            }
        }
        return body.toByteArray();
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("left");
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "meddler");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
