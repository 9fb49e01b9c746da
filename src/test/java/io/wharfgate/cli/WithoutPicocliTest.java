package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.WorldWithout;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service starts without Picocli, whose classes take long to load: shown in a world that lacks it. */
class WithoutPicocliTest {

    private static final int ENDED_WITH = 42;

    private final ClassLoader world = new WorldWithout("picocli.");

    private Path configuration;

    @BeforeEach
    void configure(@TempDir Path directory) throws Exception {
        configuration = Files.writeString(directory.resolve("wharfgate.yaml"), "log: {level: warn}\n");
    }

    @Test
    void serveDoesWithoutIt() throws Exception {
        assertThat(run("serve", "-c", configuration.toString())).hasValue(ENDED_WITH);
    }

    @Test
    void anotherCommandIsLeftToIt() throws Exception {
        assertThat(run("version")).isEmpty();
        assertThat(run("serve", "--help")).isEmpty();
    }

    @Test
    void itIsMissing() {
        assertThatThrownBy(() -> Class.forName(WharfgateCommand.class.getName(), true, world)
                        .getDeclaredMethods())
                .isInstanceOf(NoClassDefFoundError.class)
                .hasMessageContaining("picocli");
    }

    private OptionalInt run(String... args) throws Exception {
        Class<?> surroundings = world.loadClass(Surroundings.class.getName());
        Class<?> server = world.loadClass(Server.class.getName());
        return (OptionalInt) world.loadClass(QuickServe.class.getName())
                .getMethod("run", surroundings, server, String[].class)
                .invoke(
                        null,
                        surroundings.getMethod("ofProcess").invoke(null),
                        Proxy.newProxyInstance(world, new Class<?>[] {server}, (proxy, method, given) -> ENDED_WITH),
                        args);
    }
}
