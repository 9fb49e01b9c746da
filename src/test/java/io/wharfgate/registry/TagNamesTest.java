package io.wharfgate.registry;

import static io.wharfgate.registry.RegistryAssert.tags;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.filesystem.FilesystemStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of tag directories, and when it is read again. */
class TagNamesTest {

    private static final RepositoryName NAME = new RepositoryName("app");
    private static final RepositoryName OTHER = new RepositoryName("other");
    private static final Image IMAGE = new Image("one");
    private static final FileTime QUIET = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    Path directory;

    private FilesystemStore store;
    private Registry registry;
    private TagNames names;
    private long now;

    @BeforeEach
    void open() throws IOException {
        store = FilesystemStore.open(directory);
        registry = new Registry(store, new RegistryConfig(true, false));
        IMAGE.push(registry, NAME, new Tag("a"));
        names = new TagNames(store, 2, () -> now);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatDoesNotChangeIsReadOnce() throws IOException {
        quiet(NAME, QUIET);

        assertThat(names.of(NAME)).isSameAs(names.of(NAME));
    }

    @Test
    void whatHasJustChangedIsReadEachTime() throws IOException {
        assertThat(names.of(NAME)).isNotSameAs(names.of(NAME));
    }

    @Test
    void whatIsMoreThanMayBeKeptIsForgottenOldestFirst() throws IOException {
        IMAGE.push(registry, OTHER, new Tag("b"));
        IMAGE.push(registry, OTHER, new Tag("c"));
        quiet(NAME, QUIET);
        quiet(OTHER, QUIET);
        TagNames.Names first = names.of(NAME);

        TagNames.Names second = names.of(OTHER);

        assertThat(names.of(OTHER)).isSameAs(second);
        assertThat(names.of(NAME)).isNotSameAs(first);
    }

    @Test
    void whatIsKnownToBeATagIsNotLookedAtAgainBecauseAnotherOneCame() throws IOException {
        quiet(NAME, QUIET);
        names.of(NAME).tag(0);

        IMAGE.putManifest(registry, NAME, new Tag("0"));
        TagNames.Names more = names.of(NAME);

        assertThat(more.get(0)).contains(new Tag("0"));
        assertThat(more.isTag(0)).isFalse();
        assertThat(more.get(1)).contains(new Tag("a"));
        assertThat(more.isTag(1)).isTrue();
    }

    @Test
    void whatIsKnownToBeATagIsLookedAtAgainAfterAWhile() throws IOException {
        quiet(NAME, QUIET);
        names.of(NAME).tag(0);

        now += Duration.ofMinutes(9).toNanos();
        quiet(NAME, FileTime.from(QUIET.toInstant().plusSeconds(1)));
        assertThat(names.of(NAME).isTag(0)).isTrue();
        now += Duration.ofMinutes(1).toNanos();
        quiet(NAME, FileTime.from(QUIET.toInstant().plusSeconds(2)));
        assertThat(names.of(NAME).isTag(0)).isFalse();
    }

    @Test
    void aStorageWithoutVersionsIsLookedAtEachTime() throws IOException {
        MemoryStore memory = new MemoryStore();
        IMAGE.push(new Registry(memory, new RegistryConfig(true, false)), NAME, new Tag("a"));
        TagNames unversioned = new TagNames(memory);

        unversioned.of(NAME).tag(0);

        assertThat(unversioned.of(NAME).isTag(0)).isFalse();
    }

    @Test
    void whatIsKnownToBeATagGoesWithItsName() throws IOException {
        IMAGE.putManifest(registry, NAME, new Tag("b"));
        quiet(NAME, QUIET);
        names.of(NAME).tag(1);

        registry.manifests().delete(NAME, new Tag("b"));
        IMAGE.putManifest(registry, NAME, new Tag("c"));

        assertThat(names.of(NAME).get(1)).contains(new Tag("c"));
        assertThat(names.of(NAME).isTag(1)).isFalse();
    }

    @Test
    void aTagThatWasTakenAwayIsLookedAtAgainThoughItsNameIsLeft() throws IOException {
        quiet(NAME, QUIET);
        names.of(NAME).tag(0);

        names.removed(NAME, new Tag("b"));
        names.removed(OTHER, new Tag("a"));
        assertThat(names.of(NAME).isTag(0)).isTrue();
        names.removed(NAME, new Tag("a"));
        assertThat(names.of(NAME).isTag(0)).isFalse();
    }

    @Test
    void aListFollowsEveryChangeWhoeverMadeIt() throws IOException {
        Registry elsewhere = new Registry(store, new RegistryConfig(true, false));
        quiet(NAME, QUIET);
        assertThat(tags(registry, NAME)).containsExactly("a");

        IMAGE.putManifest(elsewhere, NAME, new Tag("b"));
        assertThat(tags(registry, NAME)).containsExactly("a", "b");
        quiet(NAME, FileTime.from(QUIET.toInstant().plusSeconds(1)));
        assertThat(tags(registry, NAME)).containsExactly("a", "b");

        registry.manifests().delete(NAME, new Tag("a"));
        assertThat(tags(registry, NAME)).containsExactly("b");
        elsewhere.manifests().delete(NAME, new Reference.ByDigest(IMAGE.digest()));
        IMAGE.push(elsewhere, NAME, new Tag("c"));
        assertThat(tags(registry, NAME)).containsExactly("c");
    }

    @Test
    void aNameWhoseTagComesLaterIsNotWrittenOff() throws IOException {
        Path unfinished = tagDirectory(NAME).resolve("late");
        Files.createDirectories(unfinished);
        quiet(NAME, QUIET);
        assertThat(tags(registry, NAME)).containsExactly("a");

        Files.createDirectories(unfinished.resolve("current"));
        Files.writeString(unfinished.resolve("current/link"), IMAGE.digest().toString());
        assertThat(Files.getLastModifiedTime(tagDirectory(NAME))).isEqualTo(QUIET);

        assertThat(tags(registry, NAME)).containsExactly("a", "late");
    }

    private Path tagDirectory(RepositoryName name) {
        return directory.resolve("docker/registry/v2/repositories/" + name + "/_manifests/tags");
    }

    private void quiet(RepositoryName name, FileTime time) throws IOException {
        Files.setLastModifiedTime(tagDirectory(name), time);
    }
}
