package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.WorldWithout;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A usual start does without BouncyCastle, whose signed jars are slow to load: shown in a world that lacks it. Not only
 * calling it would fail there, but also linking a class of ours that catches one of its exceptions.
 */
class WithoutBouncyCastleTest {

    private static final List<String> NAMES = List.of("registry.example.com");

    @TempDir
    private Path directory;

    @Test
    void aCertificateOfOurOwnMakingIsKept() throws Exception {
        new SelfSigned(directory, Clock.systemUTC()).ensure(NAMES);

        assertThat(ensureWithout(NAMES)).contains("NONE");
    }

    @Test
    void makingOneTakesIt() throws Exception {
        new SelfSigned(directory, Clock.systemUTC()).ensure(NAMES);

        assertThatThrownBy(() -> ensureWithout(List.of("another.example.com")))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class)
                .hasStackTraceContaining("org/bouncycastle");
    }

    private String ensureWithout(List<String> names) throws Exception {
        Class<?> selfSigned = new WorldWithout("org.bouncycastle.").loadClass(SelfSigned.class.getName());
        Object maker = selfSigned.getConstructor(Path.class, Clock.class).newInstance(directory, Clock.systemUTC());
        return selfSigned.getMethod("ensure", List.class).invoke(maker, names).toString();
    }
}
