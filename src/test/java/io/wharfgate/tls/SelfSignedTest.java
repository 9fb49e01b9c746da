package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.tls.SelfSigned.Change;
import io.wharfgate.tls.SelfSigned.Outcome;
import io.wharfgate.tls.TlsMaterialException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelfSignedTest {

    private final Instant today = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final List<String> NAMES = List.of("registry.example.com", "192.0.2.7", "2001:db8::1");

    @TempDir
    private Path directory;

    private SelfSigned at(Instant now) {
        return new SelfSigned(directory, Clock.fixed(now, ZoneOffset.UTC));
    }

    private SelfSigned now() {
        return at(today);
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private String authority() throws IOException {
        return Files.readString(path("ca.crt")) + Files.readString(path("ca.key"));
    }

    @Test
    void aFirstCallMakesEverything() throws Exception {
        Outcome outcome = now().ensure(NAMES);

        assertThat(outcome.change()).isEqualTo(Change.ALL_MADE);
        assertThat(outcome.identity().summary().names()).containsExactlyElementsOf(NAMES);
        assertThat(names(directory)).contains("ca.crt", "ca.key", "server.crt", "server.key");
        assertThat(ServerIdentity.load(now().files(), Clock.systemUTC())).isEqualTo(outcome.identity());
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void theCertificatesAreAsClientsWantThem() throws Exception {
        List<X509Certificate> chain = now().ensure(NAMES).identity().chain();
        X509Certificate leaf = chain.get(0);
        X509Certificate ca = chain.get(1);

        assertThat(chain).hasSize(2);
        leaf.verify(ca.getPublicKey());
        assertThat(leaf.getSerialNumber().bitLength()).isEqualTo(127);
        assertThat(leaf.getSerialNumber()).isPositive().isNotEqualTo(ca.getSerialNumber());
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getKeyUsage())
                .startsWith(true, false)
                .doesNotContain(true, org.assertj.core.data.Index.atIndex(5));
        assertThat(ca.getKeyUsage()).contains(true, org.assertj.core.data.Index.atIndex(5));
        assertThat(leaf.getNotBefore().toInstant()).isBefore(today);
        assertThat(Duration.between(
                        leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofDays(397));
        assertThat(Duration.between(
                        ca.getNotBefore().toInstant(), ca.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofDays(3650));
        assertThat(CertificateSummary.of(leaf).keyType()).isEqualTo("EC P-256");
        // The leaf's authority key identifier holds the CA's subject key identifier.
        byte[] subjectKey = ca.getExtensionValue("2.5.29.14");
        byte[] authorityKey = leaf.getExtensionValue("2.5.29.35");
        assertThat(java.util.Arrays.copyOfRange(authorityKey, authorityKey.length - 20, authorityKey.length))
                .isEqualTo(java.util.Arrays.copyOfRange(subjectKey, subjectKey.length - 20, subjectKey.length));
    }

    @Test
    void keysAreForTheirOwnerOnlyAndCertificatesForAll() throws Exception {
        now().ensure(NAMES);

        for (String key : List.of("ca.key", "server.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path(key))))
                    .isEqualTo("rw-------");
        }
        for (String certificate : List.of("ca.crt", "server.crt")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path(certificate))))
                    .isEqualTo("rw-r--r--");
        }
    }

    @Test
    void aSecondCallChangesNothing() throws Exception {
        Outcome first = now().ensure(NAMES);
        Outcome second = now().ensure(List.of("2001:0DB8:0::1", "192.0.2.7", "Registry.Example.com"));

        assertThat(second.change()).isEqualTo(Change.NONE);
        assertThat(second.identity()).isEqualTo(first.identity());
        assertThat(second.warning()).isEmpty();
    }

    @Test
    void withoutNamesThoseThatAreThereStay() throws Exception {
        now().ensure(NAMES);

        assertThat(now().ensure(List.of()).change()).isEqualTo(Change.NONE);
        assertThat(now().reissue(List.of()).identity().summary().names()).containsExactlyElementsOf(NAMES);
    }

    @Test
    void otherNamesGetANewLeafOfTheSameAuthority() throws Exception {
        now().ensure(NAMES);
        String before = authority();

        Outcome outcome = now().ensure(List.of("other.example.com"));

        assertThat(outcome.change()).isEqualTo(Change.LEAF_ISSUED);
        assertThat(outcome.why()).contains("registry.example.com").contains("other.example.com");
        assertThat(outcome.identity().summary().names()).containsExactly("other.example.com");
        assertThat(authority()).isEqualTo(before);
    }

    @Test
    void aLeafIsRenewedThirtyDaysBeforeItsEnd() throws Exception {
        ServerIdentity first = now().ensure(NAMES).identity();
        Instant end = first.summary().notAfter();

        assertThat(at(end.minus(Duration.ofDays(31))).ensure(NAMES).change()).isEqualTo(Change.NONE);
        Outcome renewed = at(end.minus(Duration.ofDays(29))).ensure(NAMES);

        assertThat(renewed.change()).isEqualTo(Change.LEAF_ISSUED);
        assertThat(renewed.why()).contains("expires on " + end);
        assertThat(renewed.identity().chain().get(1)).isEqualTo(first.chain().get(1));
    }

    @Test
    void aLeafNeverOutlivesItsAuthorityAndIsNotIssuedAgainAndAgainAtItsEnd() throws Exception {
        now().ensure(NAMES);
        Instant nearTheEnd = today.plus(Duration.ofDays(3640));

        Outcome last = at(nearTheEnd).ensure(NAMES);

        assertThat(last.change()).isEqualTo(Change.LEAF_ISSUED);
        assertThat(last.identity().summary().notAfter()).isBefore(today.plus(Duration.ofDays(3650)));
        assertThat(last.warning())
                .hasValueSatisfying(w -> assertThat(w).contains("CA").contains("expires on"));
        assertThat(at(nearTheEnd).ensure(NAMES).change()).isEqualTo(Change.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.crt", "server.key"})
    void aMissingOrDamagedLeafIsIssuedAnew(String name) throws Exception {
        now().ensure(NAMES);
        String before = authority();

        Files.delete(path(name));
        assertThat(now().ensure(NAMES).change()).isEqualTo(Change.LEAF_ISSUED);
        Files.writeString(path(name), "-----BEGIN half a");
        assertThat(now().ensure(NAMES).change()).isEqualTo(Change.LEAF_ISSUED);

        assertThat(authority()).isEqualTo(before);
    }

    @Test
    void aCrashBetweenKeyAndCertificateIsMended() throws Exception {
        now().ensure(NAMES);
        String oldCertificate = Files.readString(path("server.crt"));
        now().reissue(NAMES);
        Files.writeString(path("server.crt"), oldCertificate);

        assertThat(now().ensure(NAMES).change()).isEqualTo(Change.LEAF_ISSUED);
    }

    @Test
    void aFirstStartThatWasCutShortAfterTheKeyIsRepeated() throws Exception {
        now().ensure(NAMES);
        Files.delete(path("ca.crt"));
        Files.delete(path("server.crt"));

        assertThat(now().ensure(NAMES).change()).isEqualTo(Change.ALL_MADE);
        assertThat(names(directory)).anyMatch(n -> n.startsWith("ca.key.unused-"));
    }

    @Test
    void withoutItsKeyAnAuthorityServesAsLongAsTheLeafDoes() throws Exception {
        ServerIdentity identity = now().ensure(NAMES).identity();
        Files.delete(path("ca.key"));

        Outcome outcome = now().ensure(NAMES);

        assertThat(outcome.identity()).isEqualTo(identity);
        assertThat(outcome.warning()).hasValueSatisfying(w -> assertThat(w).contains("ca.key is missing"));
        assertThatThrownBy(() -> now().ensure(List.of("other.example.com")))
                .hasMessageContaining("ca.key")
                .hasMessageContaining("it is for");
        assertThatThrownBy(() -> at(today.plus(Duration.ofDays(400))).ensure(NAMES))
                .hasMessageContaining("has expired")
                .hasMessageContaining("put ca.key back");
    }

    @Test
    void anAuthorityIsNeverReplaced() throws Exception {
        now().ensure(NAMES);
        String key = Files.readString(path("ca.key"));
        Path elsewhere = directory.resolve("elsewhere");
        new SelfSigned(elsewhere, Clock.systemUTC()).ensure(NAMES);
        Files.copy(elsewhere.resolve("ca.key"), path("ca.key"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> now().ensure(NAMES))
                .isInstanceOfSatisfying(
                        TlsMaterialException.class, e -> assertThat(e.problem()).isEqualTo(Problem.AUTHORITY))
                .hasMessageContaining("does not belong to the CA");

        Files.writeString(path("ca.key"), key);
        assertThatThrownBy(() -> at(today.plus(Duration.ofDays(4000))).ensure(NAMES))
                .hasMessageContaining("ca.crt")
                .hasMessageContaining("expired on");
    }

    @Test
    void aCertificateFromElsewhereIsNotOverwritten() throws Exception {
        now().ensure(NAMES);
        Path elsewhere = directory.resolve("elsewhere");
        new SelfSigned(elsewhere, Clock.systemUTC()).ensure(List.of("bought.example.com"));
        Files.copy(
                elsewhere.resolve("server.crt"), path("server.crt"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> now().ensure(NAMES)).hasMessageContaining("was not issued by");
        assertThat(Files.readString(path("server.crt"))).isEqualTo(Files.readString(elsewhere.resolve("server.crt")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "https://a", "a/b", "host:5443", "a b", "-a", "300.1.1.1", "1.2.3", "::g", "a..b", "ä"})
    void whatIsNoNameIsRefusedAndNothingWritten(String name) throws Exception {
        assertThatThrownBy(() -> now().ensure(List.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither a DNS name nor an IP address");
        assertThat(names(directory)).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> new SelfSigned(file.resolve("tls"), Clock.systemUTC()).ensure(NAMES))
                .isInstanceOf(TlsMaterialException.class)
                .hasMessageContaining(file.resolve("tls").toString());
    }

    @Test
    void aLongNameGoesIntoTheAlternativeNamesOnly() throws Exception {
        String name = "a".repeat(60) + "." + "b".repeat(60) + ".example.com";

        ServerIdentity identity = now().ensure(List.of(name)).identity();

        assertThat(identity.summary().names()).containsExactly(name);
        assertThat(identity.summary().subject()).isEqualTo("CN=wharfgate");
    }

    @Test
    void anExampleIsMarkedAndTellsSo() throws Exception {
        ServerIdentity example = SelfSigned.example(directory, Clock.systemUTC())
                .ensure(List.of())
                .identity();
        ServerIdentity real = TestIdentities.selfSigned(directory.resolve("real"));

        assertThat(example.isPublishedExample()).isTrue();
        assertThat(example.warnings(Clock.systemUTC())).first().asString().contains("EVERYBODY HAS ITS KEY");
        assertThat(real.isPublishedExample()).isFalse();
    }

    @Test
    void whateverThePublishedKeySignsIsMarkedToo() throws Exception {
        SelfSigned.example(directory, Clock.systemUTC()).ensure(List.of());

        // Without the marker of its own, as somebody would who takes the example's CA for his own server.
        ServerIdentity identity = now().reissue(NAMES).identity();

        assertThat(identity.summary().subject()).doesNotContain("example -");
        assertThat(identity.isPublishedExample()).isTrue();
    }
}
