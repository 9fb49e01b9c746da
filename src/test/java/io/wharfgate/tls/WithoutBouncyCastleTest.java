package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
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
        Class<?> selfSigned = new Without("org.bouncycastle.").loadClass(SelfSigned.class.getName());
        Object maker = selfSigned.getConstructor(Path.class, Clock.class).newInstance(directory, Clock.systemUTC());
        return selfSigned.getMethod("ensure", List.class).invoke(maker, names).toString();
    }

    /** Our own classes once more, in a world where others are missing. */
    private static final class Without extends ClassLoader {

        private final String missing;

        Without(String missing) {
            super(Without.class.getClassLoader());
            this.missing = missing;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(missing)) {
                throw new ClassNotFoundException(name);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            return name.startsWith("io.wharfgate.") ? define(name) : super.loadClass(name, resolve);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
