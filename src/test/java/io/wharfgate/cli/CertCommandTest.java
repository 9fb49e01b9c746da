package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.tls.SelfSigned;
import io.wharfgate.tls.ServerTls;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CertCommandTest {

    @TempDir
    private Path directory;

    private Path tls;
    private CertDefaults defaults;

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void setDefaults() {
        tls = directory.resolve("tls");
        defaults = new CertDefaults(tls, "localhost:5443");
    }

    private Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new CertCommand(() -> defaults));
        WharfgateCommand.addHelp(command);
        int code = command.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Result(code, out.toString(), err.toString());
    }

    @Test
    void selfSignedMakesReusesAndReissues() {
        Result made = run("self-signed", "--name", "registry.example.com", "--name", "192.0.2.7");
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out()).contains("Made a new CA", "registry.example.com, 192.0.2.7", tls.resolve("ca.crt") + "");

        assertThat(run("self-signed").out()).contains("Nothing to do");
        assertThat(run("self-signed", "-n", "other.example.com").out())
                .contains("from the CA that is there", "not for [other.example.com]");
        assertThat(run("self-signed", "--force-leaf").out()).contains("it was asked for", "other.example.com");
    }

    @Test
    void selfSignedTakesADirectory() {
        assertThat(run("self-signed", "--directory", directory.resolve("x").toString())
                        .code())
                .isZero();
        assertThat(directory.resolve("x/server.key")).exists();
    }

    @Test
    void aWrongNameIsWrongUsage() {
        Result result = run("self-signed", "--name", "https://x");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("neither a DNS name nor an IP address");
    }

    @Test
    void aBrokenAuthorityFails() throws Exception {
        run("self-signed");
        Files.delete(tls.resolve("ca.key"));

        Result result = run("self-signed", "--name", "new.example.com");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("error: ")
                .contains("ca.key", "is missing")
                .doesNotContain("\tat ");
    }

    @Test
    void showPrintsTheWholeChainOfAFile() {
        run("self-signed");

        Result result = run("show");

        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("certificate 1 of 2", "certificate 2 of 2 (CA)", "localhost, 127.0.0.1, ::1", "EC P-256")
                .contains("days left", "SHA-256      ");
        assertThat(run("show", tls.resolve("ca.crt").toString()).out()).contains("names        none");
    }

    @Test
    void showNamesWhatIsWrongWithAFile() {
        run("self-signed");

        Result key = run("show", tls.resolve("server.key").toString());
        assertThat(key.code()).isEqualTo(1);
        assertThat(key.err()).contains("holds a private key and no certificate");
        assertThat(run("show", "none.pem").err()).contains("none.pem: does not exist");
    }

    @Test
    void showAsksAServerWithoutTrustingIt() throws Exception {
        ServerTls server = new ServerTls(new SelfSigned(tls, Clock.systemUTC())
                .ensure(List.of("localhost"))
                .identity());
        try (TlsEndpoint endpoint = new TlsEndpoint(server.sslContext())) {
            Result result = run("show", "localhost:" + endpoint.port());

            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.out()).contains("TLSv1.3", "certificate 1 of 2", "names        localhost");
        }
    }

    @Test
    void showSaysWhenAServerIsNotThereOrSpeaksNoTls() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThat(run("show", "127.0.0.1:" + free).err())
                .contains("127.0.0.1:" + free)
                .contains("is the server up");

        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answerInPlain(plain));
            answering.start();
            Result result = run("show", "127.0.0.1:" + plain.getLocalPort());
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err()).contains("no TLS handshake");
            answering.join();
        }
    }

    private static void answerInPlain(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getInputStream().readNBytes(5);
            client.getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void trustPrintsAScriptForTheTargetsNamed() {
        run("self-signed");

        Result result = run("trust", "--host", "registry.example.com:5000", "docker", "podman");

        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("/etc/docker/certs.d/registry.example.com:5000/ca.crt")
                .contains("/etc/containers/certs.d/registry.example.com:5000/ca.crt")
                .contains("-----BEGIN CERTIFICATE-----")
                .doesNotContain("PRIVATE KEY")
                .doesNotContain("update-ca");
    }

    @Test
    void trustPrintsAllTargetsWhenNoneIsNamed() {
        run("self-signed");

        assertThat(run("trust").out())
                .contains("--- docker ---", "--- containerd ---", "--- podman ---", "--- debian ---", "--- rhel ---");
    }

    @Test
    void trustInstallsBelowARoot() {
        run("self-signed");

        Result result = run("trust", "--install", "--root", directory.toString(), "docker", "debian");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(directory.resolve("etc/docker/certs.d/localhost:5443/ca.crt"))
                .hasSameTextualContentAs(tls.resolve("ca.crt"));
        assertThat(result.out()).contains("wrote ", "not run");
    }

    @Test
    void trustNeedsACertificateAndNotAKey() {
        assertThat(run("trust", "docker").err()).contains("ca.crt: does not exist");
        run("self-signed");
        assertThat(run("trust", "--ca", tls.resolve("ca.key").toString(), "docker")
                        .err())
                .contains("keep the key to the server");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "trust --install",
                "trust --root /tmp docker",
                "trust dokcer",
                "trust --host https://a docker",
                "show a b",
                "make",
                "self-signed --unknown"
            })
    void wrongUsageEndsWithTwo(String arguments) {
        run("self-signed");
        Result result = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"self-signed", "show", "trust"})
    void helpShowsExamplesAndNothingHidden(String command) {
        Result result = run(command, "--help");

        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("Examples:", "wharfgate cert " + command)
                .doesNotContain("--example");
    }
}
