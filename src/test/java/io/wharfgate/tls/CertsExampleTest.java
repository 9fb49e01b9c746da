package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published example in {@code certs-example/} is whole, marked, and as the README there says. */
class CertsExampleTest {

    private static final Path EXAMPLE = Path.of("certs-example");

    @Test
    void keyAndCertificateMatchAreMarkedAndForThisMachine() throws Exception {
        ServerIdentity identity = ServerIdentity.load(
                TlsFiles.of(EXAMPLE.resolve("server.crt"), EXAMPLE.resolve("server.key")), Clock.systemUTC());

        assertThat(identity.isPublishedExample()).isTrue();
        assertThat(identity.summary().names()).containsExactly("localhost", "127.0.0.1", "::1");
        assertThat(identity.summary().subject()).contains("do not use");
        assertThat(identity.issuer())
                .hasValue(CertificateFile.read(EXAMPLE.resolve("ca.crt")).get(0));
    }

    @Test
    void theAuthorityHasItsKey(@TempDir Path copy) throws Exception {
        for (String name : List.of("ca.crt", "ca.key", "server.crt", "server.key")) {
            Files.copy(EXAMPLE.resolve(name), copy.resolve(name));
        }

        SelfSigned.Outcome outcome = SelfSigned.example(copy, Clock.systemUTC()).reissue(List.of());

        assertThat(outcome.change()).isEqualTo(SelfSigned.Change.LEAF_ISSUED);
    }

    @Test
    void nothingElseLiesThere() throws Exception {
        try (var files = Files.list(EXAMPLE)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("README.md", "ca.crt", "ca.key", "server.crt", "server.key");
        }
    }
}
