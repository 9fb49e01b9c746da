package io.wharfgate.registry;

import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.filesystem.FilesystemStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the list of repositories comes about when the storage is slow or out of reach. */
class CatalogTest {

    @TempDir
    Path directory;

    private Path root;
    private FilesystemStore store;
    private Catalog catalog;

    @BeforeEach
    void open() throws IOException {
        root = directory.resolve("root");
        store = FilesystemStore.open(root);
        new Image("one")
                .push(new Registry(store, new RegistryConfig(true, false)), new RepositoryName("a/b"), new Tag("t"));
        Revisions revisions = new Revisions(
                store,
                new Links(store),
                new ReferrerIndex(store, new Links(store), new ScannedManifests()),
                new Pins(java.time.Clock.systemUTC(), () -> Duration.ZERO),
                Accounts.NONE);
        catalog = new Catalog(
                store,
                revisions,
                new RepositoryLocks(),
                new Catalog.Timing(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(20)));
    }

    @AfterEach
    void close() {
        catalog.close();
        store.close();
    }

    @Test
    void beforeTheWalkHasEndedNothingIsSaidToBeAll() {
        assertRefused(RegistryError.UNAVAILABLE, this::page);
    }

    @Test
    void aWalkThatFailsIsTriedAgain() throws IOException {
        Path away = directory.resolve("away");
        Files.move(root, away);
        catalog.open();
        assertRefused(RegistryError.UNAVAILABLE, this::page);

        Files.move(away, root);

        await().ignoreExceptions().until(() -> page().items().equals(List.of(new RepositoryName("a/b"))));
    }

    @Test
    void whatIsAddedBeforeTheWalkStays() throws IOException {
        pushElsewhere("new");
        catalog.add(new RepositoryName("new"));
        catalog.open();

        await().ignoreExceptions().until(() -> page().items().size() == 2);
        assertThat(catalog.has(new RepositoryName("new"))).isTrue();
    }

    @Test
    void whatAnotherProcessChangesShowsAfterTheNextWalk() throws IOException {
        catalog.open();
        await().ignoreExceptions().until(() -> page().items().size() == 1);

        Digest digest = pushElsewhere("a");
        await().until(() -> page().items().size() == 2);
        elsewhere().manifests().delete(new RepositoryName("a"), new Reference.ByDigest(digest));
        await().until(() -> page().items().equals(List.of(new RepositoryName("a/b"))));
    }

    private Registry elsewhere() {
        return new Registry(store, new RegistryConfig(true, false));
    }

    private Digest pushElsewhere(String name) throws IOException {
        return new Image("two").push(elsewhere(), new RepositoryName(name), new Tag("t"));
    }

    @Test
    void aRegistryDoesNotOpenOverStorageThatIsOutOfReach() throws IOException {
        Files.move(root, directory.resolve("away"));

        try (Registry registry = new Registry(store, new RegistryConfig(true, false))) {
            assertThatIOException().isThrownBy(registry::open).withMessageContaining("mounted");
        }
    }

    private Page<RepositoryName> page() throws IOException {
        return catalog.page(OptionalInt.empty(), Optional.empty());
    }
}
