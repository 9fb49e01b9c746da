package io.wharfgate.registry.api;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract through a gateway, with plain HTTP from there to a registry on the same machine. */
class GatewayRegistryApiTest extends RegistryApiContract {

    @TempDir
    private static Path directory;

    private static GatewayAndRegistry deleting;
    private static GatewayAndRegistry keeping;
    private static RegistryClient client;
    private static RegistryClient clientWithoutDelete;

    @BeforeAll
    static void start() throws Exception {
        deleting = GatewayAndRegistry.plain(directory.resolve("one"), true);
        client = deleting.client();
        keeping = GatewayAndRegistry.plain(directory.resolve("two"), false);
        clientWithoutDelete = keeping.client();
    }

    @AfterAll
    static void stop() {
        keeping.close();
        deleting.close();
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
