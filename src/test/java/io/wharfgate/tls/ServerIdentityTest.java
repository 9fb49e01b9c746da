package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.secret.Secret;
import io.wharfgate.tls.TlsMaterialException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key and certificate files as OpenSSL writes them ({@code make.sh} beside the files), and as people break them. */
class ServerIdentityTest {

    private static final Clock CLOCK = Clock.systemUTC();
    private static final Secret PASSPHRASE = Secret.of("correct horse");

    @TempDir
    private Path directory;

    private static String text(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(ServerIdentityTest.class.getResourceAsStream("pem/" + resource))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text, StandardCharsets.ISO_8859_1);
    }

    private TlsFiles files(String certificate, String key) throws IOException {
        return new TlsFiles(file("the.crt", certificate), file("the.key", key), Optional.of(PASSPHRASE));
    }

    private static TlsMaterialException failure(TlsFiles files) {
        return failure(files, CLOCK);
    }

    private static TlsMaterialException failure(TlsFiles files, Clock clock) {
        try {
            ServerIdentity.load(files, clock);
        } catch (TlsMaterialException e) {
            return e;
        }
        throw new AssertionError("loaded");
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.crt, rsa.pkcs1.key",
        "rsa.crt, rsa.pkcs8.key",
        "rsa.crt, rsa.pkcs1.encrypted.key",
        "rsa.crt, rsa.pkcs1.des3.key",
        "rsa.crt, rsa.pkcs8.encrypted.key",
        "rsa.crt, rsa.pkcs8.scrypt.key",
        "rsa.text.crt, rsa.pkcs8.key",
        "ec.crt, ec.parameters.key",
        "ec.crt, ec.sec1.encrypted.key",
        "ec.crt, ec.pkcs8.key",
        "ec.crt, ec.nopublic.key",
        "ed25519.crt, ed25519.key",
        "rsapss.crt, rsapss.key"
    })
    void everyFormOfKeyIsReadAndServesBothVersionsOfTls(String certificate, String key) throws Exception {
        ServerIdentity identity = ServerIdentity.load(files(text(certificate), text(key)), CLOCK);

        assertThat(identity.chain()).hasSize(1);
        try (HttpsServer server = HttpsServer.start(new ServerTls(identity).sslContext())) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = (SSLSocket) TestIdentities.clientTrusting(identity)
                        .getSocketFactory()
                        .createSocket(java.net.InetAddress.getLoopbackAddress(), server.port())) {
                    socket.setEnabledProtocols(new String[] {protocol});
                    socket.startHandshake();
                    assertThat(socket.getSession().getPeerCertificates()).containsExactly(identity.leaf());
                }
            }
        }
    }

    @Test
    void bouncyCastleIsNeverRegistered() throws Exception {
        ServerIdentity.load(files(text("rsa.crt"), text("rsa.pkcs8.encrypted.key")), CLOCK);

        assertThat(Security.getProvider("BC")).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void chainAndKeyMayBeInOneFile(boolean keyFirst) throws Exception {
        String both = keyFirst ? text("ec.parameters.key") + text("ec.crt") : text("ec.crt") + text("ec.pkcs8.key");

        ServerIdentity identity = ServerIdentity.load(TlsFiles.bundle(file("both.pem", both)), CLOCK);

        assertThat(identity.summary().names()).containsExactly("ec.test");
    }

    @Test
    void windowsLineEndsAndABomAreNoObstacle() throws Exception {
        String certificate = "\u00ef\u00bb\u00bf" + text("ec.crt").replace("\n", "\r\n");

        assertThat(ServerIdentity.load(files(certificate, text("ec.pkcs8.key").replace("\n", "\r\n")), CLOCK))
                .isNotNull();
    }

    @Test
    void filesJoinedWithoutALineEndBetweenThemAreRead() throws Exception {
        Path both =
                file("both.pem", text("ec.crt").strip() + text("ec.pkcs8.key").strip());

        assertThat(ServerIdentity.load(TlsFiles.bundle(both), CLOCK)).isNotNull();
    }

    @Test
    void aChainInAnyOrderIsSortedLeafFirstAndStrangersGoLast() throws Exception {
        ServerIdentity ours = TestIdentities.selfSigned(directory.resolve("tls"));
        String key = Files.readString(directory.resolve("tls/server.key"));
        String shuffled = text("rsa.crt")
                + PemText.of(List.of(ours.chain().get(1), ours.chain().get(0)));

        ServerIdentity identity = ServerIdentity.load(files(shuffled, key), CLOCK);

        assertThat(identity.chain().subList(0, 2)).isEqualTo(ours.chain());
        assertThat(CertificateSummary.of(identity.chain().get(2)).subject()).isEqualTo("CN=rsa.test");
    }

    @Test
    void theSummaryShowsWhatPeopleLookFor() throws Exception {
        ServerIdentity identity = ServerIdentity.load(files(text("rsa.crt"), text("rsa.pkcs8.key")), CLOCK);

        assertThat(identity.summary().keyType()).isEqualTo("RSA 2048");
        assertThat(identity.summary().fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
        assertThat(identity.toString()).contains("CN=rsa.test", "rsa.test", "expires", "sha256");
        assertThat(identity.warnings(CLOCK)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"the.crt", "the.key"})
    void aFileThatDoesNotExistIsToldApartFromOtherProblems(String missing) throws Exception {
        TlsFiles files = files(text("ec.crt"), text("ec.pkcs8.key"));
        Files.delete(directory.resolve(missing));

        TlsMaterialException e = failure(files);

        assertThat(e.isMissing()).isTrue();
        assertThat(e).hasMessageContaining(missing).hasMessageContaining("does not exist");
    }

    @Test
    void aFileThatMayNotBeReadNamesTheUserAndTheCure() {
        assertThat(PemFile.unreadable(Path.of("/x/privkey.pem"), new AccessDeniedException("/x/privkey.pem")))
                .hasMessageContaining("/x/privkey.pem")
                .hasMessageContaining("'" + System.getProperty("user.name") + "'")
                .hasMessageContaining("chmod");
    }

    @Test
    void aDirectoryIsSaidToBeOne() throws Exception {
        assertThat(failure(TlsFiles.bundle(directory))).hasMessageContaining("is a directory");
    }

    @Test
    void problemsWithTheTextAreNamed() throws Exception {
        String crt = text("ec.crt");
        String key = text("ec.pkcs8.key");
        assertThat(failure(files("", key)).problem()).isEqualTo(Problem.EMPTY);
        assertThat(failure(files("hello", key))).hasMessageContaining("the.crt").hasMessageContaining("not PEM");
        assertThat(failure(files(text("ec.der"), key))).hasMessageContaining("openssl x509 -inform der");
        assertThat(failure(files(crt.substring(0, crt.length() / 2), key)).problem())
                .isEqualTo(Problem.DAMAGED);
        assertThat(failure(files(crt, key.substring(0, key.length() - 40))).problem())
                .isEqualTo(Problem.DAMAGED);
        assertThat(failure(files(crt.replaceFirst("\nMII", "\n!!!"), key)).problem())
                .isEqualTo(Problem.DAMAGED);
        assertThat(failure(files("x".repeat(2 << 20), key))).hasMessageContaining("larger than 1 MiB");
    }

    @Test
    void mixUpsOfTheTwoFilesAreNamed() throws Exception {
        String crt = text("ec.crt");
        String key = text("ec.pkcs8.key");
        assertThat(failure(files(key, crt)))
                .hasMessageContaining("the.crt")
                .hasMessageContaining("swap the two settings");
        assertThat(failure(files(key, key))).hasMessageContaining("holds a private key only");
        assertThat(failure(files(crt, crt))).hasMessageContaining("the.key").hasMessageContaining("no private key");
        assertThat(failure(TlsFiles.bundle(file("one.pem", key))).problem()).isEqualTo(Problem.NO_CERTIFICATE);
        assertThat(failure(TlsFiles.bundle(file("one.pem", crt))).problem()).isEqualTo(Problem.NO_KEY);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.crt, ec.pkcs8.key",
        "ec.crt, rsa.pkcs1.key",
        "ed25519.crt, ec.pkcs8.key",
        "rsa.crt, rsapss.key",
        "ec.crt, ed25519.key"
    })
    void aKeyOfAnotherCertificateIsRefused(String certificate, String key) throws Exception {
        assertThat(failure(files(text(certificate), text(key))))
                .hasMessageContaining("the.key")
                .hasMessageContaining("the.crt")
                .hasMessageContaining("does not belong");
    }

    @Test
    void aKeyThatCannotSignIsRefused() throws Exception {
        assertThat(failure(files(text("ec.crt"), text("x25519.key"))).problem()).isEqualTo(Problem.UNSUPPORTED_KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsa.pkcs1.encrypted.key",
                "rsa.pkcs1.des3.key",
                "rsa.pkcs8.encrypted.key",
                "rsa.pkcs8.scrypt.key",
                "ec.sec1.encrypted.key"
            })
    void wrongAndMissingPassphrasesAreToldApartAndNeverShown(String key) throws Exception {
        Path certificate = file("the.crt", text("rsa.crt"));
        Path keyFile = file("the.key", text(key));

        assertThat(failure(TlsFiles.of(certificate, keyFile)).problem()).isEqualTo(Problem.PASSPHRASE_MISSING);
        TlsMaterialException wrong =
                failure(new TlsFiles(certificate, keyFile, Optional.of(Secret.of("wrong battery"))));
        assertThat(wrong.problem()).isEqualTo(Problem.PASSPHRASE_WRONG);
        assertThat(wrong).hasMessageContaining("the.key").hasMessageNotContaining("battery");
    }

    @Test
    void datesAreChecked() throws Exception {
        TlsFiles files = files(text("ec.crt"), text("ec.pkcs8.key"));
        Instant end = ServerIdentity.load(files, CLOCK).summary().notAfter();
        Clock late = Clock.fixed(end.plusSeconds(1), ZoneOffset.UTC);
        Clock early = Clock.fixed(Instant.parse("2001-01-01T00:00:00Z"), ZoneOffset.UTC);

        assertThat(failure(files, late))
                .hasMessageContaining("expired on " + end)
                .hasMessageContaining("renew");
        assertThat(failure(files, early))
                .hasMessageContaining("valid only from")
                .hasMessageContaining("clock");
    }

    @Test
    void nearExpiryIsWarnedOf() throws Exception {
        TlsFiles files = files(text("ec.crt"), text("ec.pkcs8.key"));
        ServerIdentity identity = ServerIdentity.load(files, CLOCK);
        Clock late = Clock.fixed(identity.summary().notAfter().minus(Duration.ofDays(3)), ZoneOffset.UTC);

        assertThat(identity.warnings(late)).singleElement().asString().contains("expires on");
    }

    @Test
    void messagesNeverHoldKeyMaterial() throws Exception {
        String key = text("rsa.pkcs1.key");
        String secretLine = key.lines().skip(1).findFirst().orElseThrow();
        for (String broken : List.of(key.replace("END RSA", "END"), key.replaceFirst("\n\\S", "\n*"))) {
            TlsMaterialException e = failure(files(text("rsa.crt"), broken));
            assertThat(e).hasMessageNotContaining(secretLine);
            assertThat(e.getCause()).isNull();
        }
    }

    @Test
    void damagedFilesNeverEscapeAsAnythingElse() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> sources = List.of(
                text("rsa.pkcs1.encrypted.key"),
                text("rsa.pkcs8.encrypted.key"),
                text("ec.parameters.key"),
                text("ec.crt"),
                text("rsapss.key"));
        for (int i = 0; i < 400; i++) {
            StringBuilder text = new StringBuilder(sources.get(i % sources.size()));
            for (int change = random.nextInt(4); change >= 0 && text.length() > 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, (char) (32 + random.nextInt(96)));
                    default -> text.setLength(Math.max(at, 1));
                }
            }
            Path file = file("fuzz.pem", text.toString());
            try {
                PemFile pem = PemFile.read(file);
                if (i % 25 == 0) { // decrypting is slow
                    pem.key(Optional.of(PASSPHRASE));
                }
            } catch (TlsMaterialException expected) {
                assertThat(expected).hasMessageContaining("fuzz.pem");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    @Test
    void secretsStayOutOfToString() throws Exception {
        TlsFiles files = files(text("rsa.crt"), text("rsa.pkcs8.key"));

        assertThat(files.toString()).doesNotContain("horse");
        assertThat(PemFile.read(files.key()).toString()).isEqualTo(files.key() + " (0 certificates, a key)");
        assertThatThrownBy(() -> ServerIdentity.load(TlsFiles.bundle(directory.resolve("none")), CLOCK))
                .isInstanceOf(TlsMaterialException.class);
    }
}
