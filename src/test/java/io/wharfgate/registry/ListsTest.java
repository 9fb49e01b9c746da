package io.wharfgate.registry;

import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static io.wharfgate.registry.RegistryAssert.catalog;
import static io.wharfgate.registry.RegistryAssert.tags;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tags and catalog, and how both are paged. */
class ListsTest {

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final String REPOSITORIES = "docker/registry/v2/repositories/";
    private static final Image IMAGE = new Image("one");

    private final MemoryStore store = new MemoryStore();
    private final Registry registry = new Registry(store, new RegistryConfig(true, false));

    @BeforeEach
    void open() throws IOException {
        registry.open();
    }

    @Test
    void tagsComeInAsciiOrder() throws IOException {
        pushTags("b", "a", "B", "_", "1", "a.b", "a-b", "aa");

        assertThat(tags(registry, NAME)).containsExactly("1", "B", "_", "a", "a-b", "a.b", "aa", "b");
    }

    @Test
    void tagsComeInPages() throws IOException {
        pushTags("a", "b", "c");

        assertThat(tagPage(2, null)).isEqualTo(new Page<>(List.of(new Tag("a"), new Tag("b")), true));
        assertThat(tagPage(2, "b")).isEqualTo(new Page<>(List.of(new Tag("c")), false));
        assertThat(tagPage(3, null).more()).isFalse();
        assertThat(tagPage(2, "aa")).isEqualTo(new Page<>(List.of(new Tag("b"), new Tag("c")), false));
        assertThat(tagPage(2, "/not a tag")).isEqualTo(new Page<>(List.of(new Tag("a"), new Tag("b")), true));
        assertThat(tagPage(5, "z")).isEqualTo(new Page<>(List.of(), false));
        assertThat(tagPage(0, null)).isEqualTo(new Page<>(List.of(), false));
        assertRefused(RegistryError.PAGINATION_NUMBER_INVALID, () -> tagPage(-1, null));
    }

    @Test
    void aRepositoryWithoutManifestsIsUnknown() throws IOException {
        IMAGE.pushBlobs(registry, NAME);

        assertRefused(RegistryError.NAME_UNKNOWN, () -> tags(registry, NAME));
    }

    @Test
    void aRepositoryWithoutTagsHasAnEmptyList() throws IOException {
        IMAGE.push(registry, NAME, new Reference.ByDigest(IMAGE.digest()));

        assertThat(tags(registry, NAME)).isEmpty();
    }

    @Test
    void whatACrashOrAStrangerLeftIsNoTag() throws IOException {
        pushTags("good");
        String tags = REPOSITORIES + NAME + "/_manifests/tags/";
        store.put(new ObjectKey(tags + "unfinished/index/sha256/abc/link"), new byte[1]);
        store.put(new ObjectKey(tags + "empty/current/link"), new byte[0]);
        store.put(new ObjectKey(tags + "-bad/current/link"), new byte[1]);
        store.put(new ObjectKey(tags + "file"), new byte[1]);

        assertThat(tags(registry, NAME)).containsExactly("good");
        assertThat(tagPage(1, null).more()).isFalse();
    }

    @Test
    void theCatalogListsWhatHasManifests() throws IOException {
        for (String name : List.of("b", "a/b", "a-b", "a", "a0/tags/manifests")) {
            IMAGE.push(registry, new RepositoryName(name), new Tag("latest"));
        }
        IMAGE.pushBlobs(registry, new RepositoryName("only/blobs"));

        assertThat(catalog(registry)).containsExactly("a", "a-b", "a/b", "a0/tags/manifests", "b");
        assertThat(catalog(restarted())).isEqualTo(catalog(registry));
    }

    @Test
    void theCatalogComesInPages() throws IOException {
        for (String name : List.of("a", "b/c", "d")) {
            IMAGE.push(registry, new RepositoryName(name), new Tag("latest"));
        }

        assertThat(repositoryPage(2, null)).isEqualTo(page(true, "a", "b/c"));
        assertThat(repositoryPage(2, "b/c")).isEqualTo(page(false, "d"));
        assertThat(repositoryPage(2, "b/")).isEqualTo(page(false, "b/c", "d"));
        assertThat(repositoryPage(2, "NOT A NAME")).isEqualTo(page(true, "a", "b/c"));
        assertThat(repositoryPage(0, null)).isEqualTo(page(false));
        assertThat(repositoryPage(9, "zzz")).isEqualTo(page(false));
        assertRefused(RegistryError.PAGINATION_NUMBER_INVALID, () -> repositoryPage(-1, null));
    }

    @Test
    void aRepositoryVanishesWithItsLastManifest() throws IOException {
        Image second = new Image("two");
        IMAGE.push(registry, NAME, new Tag("one"));
        second.push(registry, NAME, new Tag("two"));

        registry.manifests().delete(NAME, new Tag("one"));
        registry.manifests().delete(NAME, new Reference.ByDigest(IMAGE.digest()));
        assertThat(catalog(registry)).containsExactly("team/app");
        registry.manifests().delete(NAME, new Reference.ByDigest(second.digest()));

        assertThat(catalog(registry)).isEmpty();
        assertThat(catalog(restarted())).isEmpty();
        assertRefused(RegistryError.NAME_UNKNOWN, () -> tags(registry, NAME));
    }

    @Test
    void theWalkPassesOverWhatIsNoRepository() throws IOException {
        IMAGE.push(registry, NAME, new Tag("latest"));
        String hex = IMAGE.digest().hex();
        for (String foreign : List.of(
                "UPPER/_manifests/revisions/sha256/" + hex + "/link",
                "lost+found/x",
                "_manifests/revisions/sha256/" + hex + "/link",
                "file",
                "deleted/_manifests/revisions/sha256/" + hex + "/other",
                "damaged/_manifests/revisions/sha256/" + hex + "/link",
                "strange/_manifests/revisions/sha256/nonsense/link",
                "strange/_manifests/revisions/md5/abc/link",
                "team/app/_layers/app/_manifests/revisions/sha256/" + hex + "/link",
                ("long/".repeat(60) + "x/_manifests/revisions/sha256/" + hex + "/link"))) {
            store.put(new ObjectKey(REPOSITORIES + foreign), new byte[0]);
        }

        assertThat(catalog(restarted())).containsExactly("team/app");
    }

    @Test
    void anEmptyStorageHasAnEmptyCatalog() throws IOException {
        assertThat(catalog(registry)).isEmpty();
    }

    private Registry restarted() throws IOException {
        Registry restarted = new Registry(store, new RegistryConfig(true, false));
        restarted.open();
        return restarted;
    }

    private void pushTags(String... tags) throws IOException {
        IMAGE.pushBlobs(registry, NAME);
        for (String tag : tags) {
            IMAGE.putManifest(registry, NAME, new Tag(tag));
        }
    }

    private Page<Tag> tagPage(int n, @Nullable String last) throws IOException {
        return registry.tags().page(NAME, OptionalInt.of(n), Optional.ofNullable(last));
    }

    private Page<RepositoryName> repositoryPage(int n, @Nullable String last) throws IOException {
        return registry.catalog().page(OptionalInt.of(n), Optional.ofNullable(last));
    }

    private static Page<RepositoryName> page(boolean more, String... names) {
        return new Page<>(List.of(names).stream().map(RepositoryName::new).toList(), more);
    }
}
