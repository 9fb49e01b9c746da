package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Hashing an upload of a MiB, in the pieces in which it comes from the network: what bounds a push by one client. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DigestBenchmark {

    private static final int CONTENT = 1024 * 1024;

    @Param({"SHA256", "SHA512"})
    public DigestAlgorithm algorithm;

    @Param({"16384", "131072"})
    public int piece;

    @Param({"true", "false"})
    public boolean direct;

    private ByteBuffer content = ByteBuffer.allocate(0);

    @Setup
    public void fill() {
        content = direct ? ByteBuffer.allocateDirect(CONTENT) : ByteBuffer.allocate(CONTENT);
        byte[] noise = new byte[CONTENT];
        new Random(7).nextBytes(noise);
        content.put(noise);
    }

    @Benchmark
    public Digest hashAMebibyte() {
        var hash = new RunningHash(algorithm);
        for (int at = 0; at < CONTENT; at += piece) {
            hash.update(content.slice(at, piece));
        }
        return hash.finish();
    }
}
