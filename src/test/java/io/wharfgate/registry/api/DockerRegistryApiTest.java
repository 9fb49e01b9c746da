package io.wharfgate.registry.api;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract through a gateway in front of the registry that most people have. What that does otherwise is a
 * {@link RegistryUnderTest.Trait} each. Left out, and said to be, where the program is missing.
 */
class DockerRegistryApiTest extends RegistryApiContract {

    @TempDir
    private static Path directory;

    private static Optional<GatewayAndRegistry> deleting = Optional.empty();
    private static Optional<GatewayAndRegistry> keeping = Optional.empty();
    private static RegistryClient client;
    private static RegistryClient clientWithoutDelete;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> program = DockerRegistry.program();
        if (program.isEmpty()) {
            System.err.println("DockerRegistryApiTest is left out: " + DockerRegistry.whyNot());
            Assumptions.abort(DockerRegistry.whyNot());
        }
        System.out.println("DockerRegistryApiTest runs against " + DockerRegistry.version(program.orElseThrow()));
        deleting = Optional.of(start(program.orElseThrow(), directory.resolve("one"), true));
        client = deleting.orElseThrow().client();
        keeping = Optional.of(start(program.orElseThrow(), directory.resolve("two"), false));
        clientWithoutDelete = keeping.orElseThrow().client();
    }

    private static GatewayAndRegistry start(Path program, Path place, boolean delete) throws Exception {
        return GatewayAndRegistry.before(DockerRegistry.start(program, place.resolve("registry"), delete), place);
    }

    @AfterAll
    static void stop() {
        keeping.ifPresent(GatewayAndRegistry::close);
        deleting.ifPresent(GatewayAndRegistry::close);
    }

    @Override
    RegistryClient client() {
        return client;
    }

    @Override
    RegistryClient clientWithoutDelete() {
        return clientWithoutDelete;
    }
}
