package io.wharfgate.registry.api;

import io.wharfgate.app.RunningService;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract with the registry in the same process: TLS, password file and disk as a user has them. */
class EmbeddedRegistryApiTest extends RegistryApiContract {

    @TempDir
    private static Path directory;

    private static RunningService service;
    private static RunningService withoutDelete;
    private static RegistryClient client;
    private static RegistryClient clientWithoutDelete;

    @BeforeAll
    static void start() throws Exception {
        service = RunningService.Setup.in(directory.resolve("one")).start();
        client = service.registry().client();
        withoutDelete = RunningService.Setup.in(directory.resolve("two"))
                .withoutDelete()
                .start();
        clientWithoutDelete = withoutDelete.registry().client();
    }

    @AfterAll
    static void stop() {
        withoutDelete.close();
        service.close();
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
