package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.SettableClock;
import io.wharfgate.control.RecordedOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.filesystem.FilesystemStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a storage with directories can show. Files have the times of the machine: the clock begins there, and leaps by days. */
class CollectionOnDiskTest {

    private static final RepositoryName APP = new RepositoryName("team/app");

    @TempDir
    private Path root;

    private final SettableClock clock = new SettableClock();
    private FilesystemStore store;
    private Fixture given;

    @BeforeEach
    void open() throws IOException {
        store = FilesystemStore.open(root);
        clock.advance(Duration.between(clock.instant(), Instant.now()));
        given = new Fixture(store, clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aDryRunChangesNothing() throws IOException {
        given.image(APP.value(), "latest", "kept");
        given.untagged(APP.value(), "deleted before");
        clock.advance(Duration.ofDays(1));
        given.collect();
        Digest garbage = given.untagged(APP.value(), "garbage");
        given.referrer(APP.value(), Optional.empty(), garbage, "signature");
        given.untagged("empty/soon", "garbage");
        given.registry.uploads().start(APP, DigestAlgorithm.SHA512);
        Files.createDirectories(
                file(RegistryLayout.uploads(APP).child(UploadId.random().value())));
        // Longer than grace, expiry of uploads and window.
        clock.advance(Duration.ofDays(30));
        Map<Path, String> before = tree();

        RecordedOutput out = given.restart().collect(Map.of("dry-run", "true"));

        assertThat(out.lines()).last().asString().startsWith("would take 3 manifests and 6 blobs");
        assertThat(tree()).isEqualTo(before);
        given.collect();
        assertThat(tree().keySet()).as("what the real one leaves").isNotEqualTo(before.keySet());
    }

    @Test
    void whatAKillLeavesOfAnUploadGoes() throws IOException {
        Digest kept = given.image(APP.value(), "latest", "kept");
        Path upload = Files.createDirectories(
                file(RegistryLayout.uploads(APP).child(UploadId.random().value())));

        given.collect();

        assertThat(upload).doesNotExist();
        assertThat(given.hasManifest(APP.value(), kept)).isTrue();
    }

    @Test
    void aRepositoryInWhichNothingIsLeftLeavesNoDirectory() throws IOException {
        given.untagged(APP.value(), "one");
        given.image("team", "latest", "two");
        clock.advance(Duration.ofDays(1));

        given.collectForGood();

        assertThat(file(RegistryLayout.repository(APP))).doesNotExist();
        assertThat(file(RegistryLayout.repository(new RepositoryName("team")))).isDirectory();
        assertThat(Files.isDirectory(file(RegistryLayout.TRASH))).isFalse();
    }

    private Path file(Object key) {
        return root.resolve(key.toString());
    }

    /** What there is, with times and content. */
    private Map<Path, String> tree() throws IOException {
        Map<Path, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String time = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                        .toString();
                tree.put(path, Files.isDirectory(path) ? time : time + Files.readString(path));
            }
        }
        return tree;
    }
}
