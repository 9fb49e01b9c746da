package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that want to harm: no examination hangs, grows without bounds, or shows a secret. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileServerTest {

    private static final Duration SHORT = Duration.ofMillis(500);

    /** What a server does on each connection. */
    interface Behaviour {
        void on(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    private static Examination against(Behaviour behaviour) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> serve(listener, behaviour), "hostile");
            server.setDaemon(true);
            server.start();
            Options options = Examination.options(new Target(false, "localhost", listener.getLocalPort()));
            return Examination.of(
                    Examination.withPace(options, new Options.Pace(SHORT, false, false, Options.Slowness.USUAL)));
        }
    }

    private static void serve(ServerSocket listener, Behaviour behaviour) {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread connection = new Thread(
                        () -> {
                            try (socket) {
                                behaviour.on(socket.getInputStream(), socket.getOutputStream());
                            } catch (IOException | InterruptedException left) {
                                // The doctor has seen enough.
                            }
                        },
                        "hostile-connection");
                connection.setDaemon(true);
                connection.start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String seen(Examination examination) {
        return examination
                .failed("challenge", Advice.BACKEND)
                .skipped("login")
                .outcome("challenge")
                .seen();
    }

    @Test
    void whoNeverAnswersIsNotWaitedFor() throws Exception {
        assertThat(seen(against((in, out) -> in.transferTo(OutputStream.nullOutputStream()))))
                .isEqualTo("no answer within 500 ms");
    }

    @Test
    void whoAnswersByteByByteIsNotWaitedFor() throws Exception {
        assertThat(seen(against((in, out) -> {
                    write(out, "HTTP/1.1 200 OK\r\n");
                    while (true) {
                        write(out, "a");
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                })))
                .isEqualTo("no answer within 500 ms");
    }

    @Test
    void whoClosesAtOnceIsSaidToHaveClosed() throws Exception {
        assertThat(seen(against((in, out) -> in.read()))).containsAnyOf("closed without an answer", "connection broke");
    }

    @Test
    void aHeadWithoutEndIsCut() throws Exception {
        assertThat(seen(against((in, out) -> {
                    in.read();
                    write(out, "HTTP/1.1 200 OK\r\n");
                    while (true) {
                        write(out, "X-Filler: " + "x".repeat(1000) + "\r\n");
                    }
                })))
                .isEqualTo("the head of the answer is larger than 64 KiB");
    }

    @Test
    void interimAnswersWithoutEndAreCut() throws Exception {
        assertThat(seen(against((in, out) -> {
                    in.read();
                    while (true) {
                        write(out, "HTTP/1.1 102 Processing\r\n\r\n");
                    }
                })))
                .contains("interim answers without end");
    }

    @Test
    void aBodyOfTerabytesIsNotRead() throws Exception {
        assertThat(seen(against((in, out) -> {
                    in.read();
                    write(out, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n");
                    in.transferTo(OutputStream.nullOutputStream());
                })))
                .contains("an answer of 99999999999999 bytes");
    }

    /** What is sent back is the password, and codes that a terminal obeys. */
    @Test
    void noSecretAndNoControlCharacterIsShown() throws Exception {
        Examination examination = against((in, out) -> {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            int at = head.indexOf("Authorization: ");
            if (at < 0) {
                write(out, "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
            } else {
                String sent = head.substring(at, head.indexOf("\r\n", at));
                String body = "{\"you\": \"" + sent + " " + RunningService.PASSWORD + " \u001b[31mred\"}";
                write(
                        out,
                        "HTTP/1.1 401 No\r\nServer: " + RunningService.PASSWORD
                                + "\r\nContent-Type: application/json\r\n"
                                + "WWW-Authenticate: Basic realm=\"" + RunningService.PASSWORD
                                + "\"\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body);
            }
        });
        examination.failed("login", Advice.LOGIN);
        String all = JsonReport.of(examination.report()) + examination.report();
        assertThat(all)
                .doesNotContain(RunningService.PASSWORD)
                .doesNotContain("\u001b")
                .contains("********");
        assertThat(all)
                .doesNotContain(java.util.Base64.getEncoder()
                        .encodeToString((RunningService.USER + ":" + RunningService.PASSWORD)
                                .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aPasswordDoesNotGoToARealmInTheClear() {
        Redaction redaction = new Redaction();
        Options options = new Options(
                new Target(true, "registry.example.com", 443),
                Optional.of(new Options.Login("alice", Secret.of("a-password"))),
                Optional.empty(),
                false,
                Options.SCRATCH,
                new Options.Pace(SHORT, false, false, Options.Slowness.USUAL));
        try (Dialer dialer = new Dialer(
                SHORT,
                () -> {
                    throw new AssertionError("nothing is dialled");
                },
                false)) {
            var challenge = new Challenge("bearer", java.util.Map.of("realm", "http://auth.example.com/token"));
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> new Credentials(options, dialer, redaction).askForToken(challenge))
                    .hasMessageContaining("the password is not sent there");
        }
    }
}
