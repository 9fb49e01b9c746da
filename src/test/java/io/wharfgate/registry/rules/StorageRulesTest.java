package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.control.Task;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts together, as the service has them. */
class StorageRulesTest {

    private static final RepositoryName APP = new RepositoryName("team/app");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final MemoryStore store = new MemoryStore();

    @SuppressWarnings("NullAway.Init")
    private StorageRules rules;

    @SuppressWarnings("NullAway.Init")
    private Registry registry;

    @BeforeEach
    void open() throws Exception {
        write("quotas: [{prefix: team, tags: 1}]");
        start();
    }

    @AfterEach
    void close() {
        rules.close();
    }

    private void start() throws Exception {
        rules = StorageRules.open(
                store, Optional.of(RulesFile.open(directory.resolve("rules.yaml"))), Clock.systemUTC());
        registry = new Registry(store, new RegistryConfig(true, false), rules.oversight());
        rules.start(registry);
    }

    @Test
    void aNewQuotaIsCountedInTheBackground() throws Exception {
        RuledRegistry.push(registry, APP, "one", new Tag("one"));
        write("quotas: [{prefix: team/app, tags: 1}]");
        rules.prepare(Optional.of(directory.resolve("rules.yaml"))).run();
        await().untilAsserted(() -> assertThat(registry.warning(APP)).isPresent());
    }

    @Test
    void closingWritesDownWhatIsKnown() throws Exception {
        RuledRegistry.push(registry, APP, "one", new Tag("one"));
        registry.manifests().pull(APP, new Tag("one"));
        // What has not been counted yet is not known.
        await().until(() -> registry.warning(APP).isPresent());
        rules.close();
        assertThat(text()).startsWith("team ").endsWith(" 1 1\n");
        assertThat(store.size(RegistryLayout.pulled(APP))).isPresent();
        start();
        assertThat(registry.warning(APP)).isPresent();
    }

    @Test
    void withoutQuotasNothingIsWritten() throws Exception {
        rules.close();
        MemoryStore other = new MemoryStore();
        StorageRules none = StorageRules.open(other, Optional.empty(), Clock.systemUTC());
        none.write();
        none.close();
        assertThat(other.size(RegistryLayout.USAGE)).isEmpty();
        rules = none;
    }

    @Test
    void retentionRunsBeforeACollection() throws Exception {
        write("retention: [{repositories: '**', keep: {last: 1}}]");
        rules.prepare(Optional.of(directory.resolve("rules.yaml"))).run();
        RuledRegistry.push(registry, APP, "one", new Tag("a"), new Tag("b"));
        List<Integer> seen = new ArrayList<>();
        Task collection = (arguments, out) -> {
            seen.add(registry.holdings().tags(APP).size());
            return 0;
        };
        Task retention = Objects.requireNonNull(rules.tasks(registry).get("retention"));
        assertThat(rules.before(collection, retention).run(Map.of(), new RuledRegistry.Output()))
                .isZero();
        assertThat(seen).containsExactly(1);
    }

    @Test
    void whatChangesWithoutTellingIsCountedAfterwards() throws Exception {
        rules.counted((arguments, out) -> {
                    RuledRegistry.push(new Registry(store, new RegistryConfig(true, false)), APP, "one", new Tag("a"));
                    return 0;
                })
                .run(Map.of(), new RuledRegistry.Output());
        await().untilAsserted(() -> assertThat(registry.warning(APP)).isPresent());
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve("rules.yaml"), text);
    }

    private String text() throws IOException {
        return new String(store.read(RegistryLayout.USAGE, 1000), java.nio.charset.StandardCharsets.UTF_8);
    }
}
