package io.wharfgate.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.wharfgate.SettableClock;
import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.TokenRefused;
import io.wharfgate.auth.Login;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeysTest {

    private static final Duration ROTATION = Duration.ofDays(90);

    @TempDir
    private Path directory;

    private final SettableClock clock = new SettableClock("2026-03-01T12:00:00.250Z");

    private Path file() {
        return directory.resolve("below/token-keys.json");
    }

    private TokenKeys open() throws TokenKeysException {
        return TokenKeys.open(file(), TokenFixture.REFRESH_EXPIRY, clock, Runnable::run);
    }

    private static String signer(TokenKeys keys, SettableClock clock) {
        return keys.current().signer(clock.instant()).id();
    }

    @Test
    void keysAreMadeOnceForTheServiceAlone() throws Exception {
        String kid = signer(open(), clock);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(signer(open(), clock)).isEqualTo(kid);
        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void instancesThatStartTogetherAgree() throws Exception {
        int instances = 8;
        CyclicBarrier together = new CyclicBarrier(instances);
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            Callable<String> start = () -> {
                together.await();
                return signer(open(), clock);
            };
            Set<String> seen = threads.invokeAll(java.util.Collections.nCopies(instances, start)).stream()
                    .map(TokenKeysTest::result)
                    .collect(Collectors.toSet());
            assertThat(seen).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private static String result(Future<String> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"EC\",\"d\":\"topsecret\"}]}", "topsecret"})
    void brokenFileIsNeitherUsedNorOverwrittenNorQuoted(String content) throws Exception {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), content);
        assertThatThrownBy(this::open)
                .isInstanceOf(TokenKeysException.class)
                .hasMessageContaining(file().toString())
                .hasMessageNotContaining("topsecret");
        assertThat(Files.readString(file())).isEqualTo(content);
    }

    @Test
    void keysThatCannotSignAreRefused() throws Exception {
        KeySet good = KeySet.generate(clock.instant());
        JWKSet whole = JWKSet.parse(new String(good.json(), StandardCharsets.UTF_8));
        var ec = whole.getKeys().get(0).toECKey();
        var other = new ECKeyGenerator(Curve.P_256).generate();
        var mixed = new com.nimbusds.jose.jwk.ECKey.Builder(Curve.P_256, other.getX(), other.getY())
                .d(ec.getD())
                .keyID("mixed")
                .issueTime(ec.getIssueTime());
        assertThatThrownBy(() -> parse(mixed.build(), whole.getKeys().get(1))).hasMessageContaining("belong together");
        assertThatThrownBy(() -> parse(ec.toPublicJWK(), whole.getKeys().get(1)))
                .hasMessageContaining("private");
        assertThatThrownBy(() -> parse(ec)).hasMessageContaining("oct");
        assertThatThrownBy(() -> parse(whole.getKeys().get(1))).hasMessageContaining("EC");
        assertThatThrownBy(() -> parse(ec, ec, whole.getKeys().get(1))).hasMessageContaining("same kid");
    }

    private static KeySet parse(com.nimbusds.jose.jwk.JWK... keys) throws TokenKeysException {
        return KeySet.parse(new JWKSet(List.of(keys)).toString(false).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void keysShowNothingOfThemselves() {
        KeySet keys = KeySet.generate(clock.instant());
        String secret = keys.signer(clock.instant()).jwk().getD().toString();
        assertThat(new String(keys.json(), StandardCharsets.UTF_8)).contains(secret);
        assertThat(keys.toString() + keys.signer(clock.instant())).doesNotContain(secret);
    }

    @Test
    void changedFileIsPickedUpAndABrokenOneChangesNothing() throws Exception {
        TokenKeys keys = open();
        KeySet other = KeySet.generate(clock.instant());
        Files.write(file(), other.json());
        keys.poll();
        assertThat(signer(keys, clock)).isEqualTo(other.signer(clock.instant()).id());
        Files.writeString(file(), "{");
        keys.poll();
        Files.delete(file());
        keys.reload();
        assertThat(signer(keys, clock)).isEqualTo(other.signer(clock.instant()).id());
    }

    @Test
    void unchangedFileLeavesTheKeysInPlace() throws Exception {
        TokenKeys keys = open();
        KeySet before = keys.current();
        keys.poll();
        assertThat(keys.current()).isSameAs(before);
    }

    @Test
    void newKeySignsWhenEveryInstanceHasIt() throws Exception {
        TokenKeys keys = open();
        String first = signer(keys, clock);
        clock.advance(ROTATION.minusSeconds(1));
        keys.poll();
        assertThat(keys.current().size()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        keys.poll();
        keys.poll();
        assertThat(keys.current().size()).isEqualTo(2);
        assertThat(signer(keys, clock)).isEqualTo(first);
        clock.advance(KeySet.SETTLING);
        assertThat(signer(keys, clock)).isNotEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void oneOfSeveralInstancesRotates() throws Exception {
        List<TokenKeys> instances = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            instances.add(open());
        }
        clock.advance(ROTATION);
        instances.parallelStream().forEach(TokenKeys::poll);
        instances.forEach(TokenKeys::poll);
        clock.advance(KeySet.SETTLING);
        assertThat(instances).extracting(keys -> keys.current().size()).containsOnly(2);
        assertThat(instances.stream().map(keys -> signer(keys, clock)).collect(Collectors.toSet()))
                .hasSize(1);
    }

    @Test
    void oldKeyGoesWhenItsLastTokenHasExpired() throws Exception {
        TokenFixture fixture = new TokenFixture(directory);
        fixture.clock.advance(ROTATION);
        fixture.keys.poll();
        // The old key still signs: a new one has to settle.
        String refresh = fixture.issue(Login.byPassword("alice"), "")
                .refreshToken()
                .orElseThrow()
                .reveal();
        fixture.clock.advance(TokenFixture.REFRESH_EXPIRY.minusSeconds(1));
        fixture.keys.poll();
        assertThat(fixture.redeem(refresh)).isInstanceOf(Accepted.class);
        fixture.clock.advance(ROTATION);
        fixture.keys.poll();
        assertThat(fixture.keys.current().size()).isEqualTo(2);
        assertThat(fixture.redeem(refresh)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void directoryThatTakesNoFileGivesKeysOfTheProcess() throws Exception {
        Path blocked = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("missing"))
                .resolve("token-keys.json");
        TokenKeys keys = TokenKeys.open(blocked, TokenFixture.REFRESH_EXPIRY, clock, Runnable::run);
        String kid = signer(keys, clock);
        keys.poll();
        clock.advance(ROTATION);
        keys.poll();
        assertThat(signer(keys, clock)).isEqualTo(kid);
    }

    @Test
    void linkToTheKeysStaysOneWhenTheyRotate() throws Exception {
        Path real = Files.createDirectories(directory.resolve("real")).resolve("keys.json");
        Files.write(real, KeySet.generate(clock.instant()).json());
        Files.createDirectories(file().getParent());
        Files.createSymbolicLink(file(), real);
        TokenKeys keys = open();
        clock.advance(ROTATION);
        keys.poll();
        assertThat(keys.current().size()).isEqualTo(2);
        assertThat(file()).isSymbolicLink();
    }
}
