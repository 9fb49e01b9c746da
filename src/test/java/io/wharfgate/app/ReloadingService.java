package io.wharfgate.app;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.config.ConfigurationLoader;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.registry.api.RegistryUnderTest;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A service whose configuration is changed as users change it: in its file, and then asked to reload. */
final class ReloadingService implements AutoCloseable {

    static final String USER = "alice";
    static final String PASSWORD = "correct-horse-7";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Map<String, ?> base;
    private final Path file;
    private final Wharfgate service;
    private final Reloads reloads;

    /**
     * @param directory holds the configuration, and all data
     * @param base what is always set, by keys such as {@code auth.realm}
     */
    ReloadingService(Path directory, Map<String, ?> base) throws Exception {
        this.directory = directory;
        this.base = base;
        Files.createDirectories(directory);
        this.file = directory.resolve("wharfgate.yaml");
        if (Files.notExists(directory.resolve("htpasswd"))) {
            user(USER, "htpasswd");
        }
        write(Map.of());
        LoadedConfiguration loaded = new ConfigurationLoader(Map.of(), directory, directory.resolve("none"))
                .load(Optional.of(file.toString()));
        service = Wharfgate.of(loaded.config());
        reloads =
                new Reloads(loaded, service, new SystemdNotify(Optional.empty(), Optional.empty()), service.reloads());
        service.start();
    }

    Wharfgate service() {
        return service;
    }

    void user(String name, String htpasswd) throws Exception {
        new HtpasswdEditor(directory.resolve(htpasswd)).add(name, Secret.of(PASSWORD), HtpasswdEditor.LOWEST_COST);
    }

    /** Every JSON document is YAML. */
    private void write(Map<String, ?> more) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        set(root, "server.listen", "127.0.0.1:0");
        set(root, "server.data-directory", directory.toString());
        base.forEach((key, value) -> set(root, key, value));
        more.forEach((key, value) -> set(root, key, value));
        Files.writeString(file, root.toString());
    }

    private static void set(ObjectNode root, String key, Object value) {
        ObjectNode section = root;
        String[] parts = key.split("\\.", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            section = section.withObjectProperty(parts[i]);
        }
        section.set(parts[parts.length - 1], JSON.valueToTree(value));
    }

    /** Reloads with these values beside those that are always set, and waits until that is over. */
    @SuppressWarnings("ReferenceEquality") // two reloads may come to the same
    boolean reload(Map<String, ?> values) throws IOException {
        write(values);
        ReloadCount.State before = service.reloads().state();
        reloads.ask();
        await().until(() -> service.reloads().state() != before);
        return service.reloads().state().good();
    }

    /** The registry as that user. */
    RegistryUnderTest as(String user, String password) throws Exception {
        return new RegistryUnderTest(
                URI.create("https://localhost:" + service.port()),
                RunningService.trusting(service.ownAuthority().orElse(directory.resolve("tls/ca.crt"))),
                user,
                password);
    }

    RegistryUnderTest registry() throws Exception {
        return as(USER, PASSWORD);
    }

    /** An address on the operator's listener. */
    URI operations(String path) {
        return URI.create("http://127.0.0.1:" + service.ports().get(0) + path);
    }

    @Override
    public void close() {
        reloads.close();
        service.close();
    }
}
