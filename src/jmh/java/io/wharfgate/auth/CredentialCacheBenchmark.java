package io.wharfgate.auth;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What a login costs that is remembered: reading the field, the MAC, and the look into the cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CredentialCacheBenchmark {

    private static final int USERS = 1000;

    private final CredentialMac macs = new CredentialMac(new SecureRandom());
    private final VerifiedCredentials verified =
            new VerifiedCredentials(2 * USERS, Duration.ofMinutes(5), System::nanoTime);
    private final StoredPassword stored = new Known();
    private final String header = header("user-7");
    private final CredentialMac.Tag tag = tag(header);

    @Setup
    public void fill() {
        for (int user = 0; user < USERS; user++) {
            verified.add(tag(header("user-" + user)), stored);
        }
    }

    private static String header(String user) {
        String pair = user + ":correct-horse-battery";
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private CredentialMac.Tag tag(String value) {
        return macs.tag((BasicHeader.Credentials) BasicHeader.parse(value));
    }

    @Benchmark
    public BasicHeader readTheField() {
        return BasicHeader.parse(header);
    }

    @Benchmark
    public boolean find() {
        return verified.contains(tag, stored);
    }

    @Benchmark
    @Threads(2)
    public boolean findByTwoThreads() {
        return verified.contains(tag, stored);
    }

    @Benchmark
    public boolean wholeLogin() {
        return verified.contains(tag(header), stored);
    }

    private static final class Known implements StoredPassword {

        @Override
        public boolean matches(Secret password) {
            return true;
        }

        @Override
        public byte[] fingerprint() {
            return new byte[0];
        }
    }
}
