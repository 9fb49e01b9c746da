package io.wharfgate.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectStoreContract;
import io.wharfgate.storage.StagedWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemStoreTest extends ObjectStoreContract {

    private static final ObjectKey KEY = new ObjectKey("a/b/c");

    @TempDir
    Path directory;

    private Path root;
    private FilesystemStore store;

    @BeforeEach
    void open() throws IOException {
        root = directory.resolve("made/when/missing");
        store = FilesystemStore.open(root);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected ObjectStore store() {
        return store;
    }

    @Test
    void aVersionIsToldOnceTheDirectoryHasBeenQuiet() throws IOException {
        ObjectKey directory = new ObjectKey("a/b");
        store.put(KEY, new byte[1]);
        assertThat(store.version(directory)).isEmpty();
        assertThat(store.version(new ObjectKey("none"))).isEmpty();

        FileTime quiet = FileTime.from(Instant.now().minusSeconds(60));
        Files.setLastModifiedTime(root.resolve("a/b"), quiet);
        Optional<String> version = store.version(directory);
        assertThat(version).isPresent().isEqualTo(store.version(directory));

        Files.setLastModifiedTime(
                root.resolve("a/b"), FileTime.from(quiet.toInstant().plusMillis(10)));
        assertThat(store.version(directory)).isPresent().isNotEqualTo(version);
    }

    @Test
    void anObjectIsAFileOfThatPath() throws IOException {
        store.put(KEY, new byte[] {1, 2});

        assertThat(root.resolve("a/b/c")).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void aStagedWriteLiesWhereItsKeySays() throws IOException {
        store.stage(KEY).close();

        assertThat(root.resolve("a/b/c")).isEmptyFile();
    }

    @Test
    void leavesNoTemporaryFiles() throws IOException {
        store.put(KEY, new byte[10]);
        store.check();
        assertThatIOException().isThrownBy(() -> store.put(new ObjectKey("a/b"), new byte[10]));

        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void deletesOldTemporaryFilesAtTheStartAndSparesThoseOfOthers() throws IOException {
        store.put(KEY, new byte[0]);
        Path old = Files.createFile(root.resolve(".wharfgate/tmp/old"));
        Path young = Files.createFile(root.resolve(".wharfgate/tmp/young"));
        Files.setLastModifiedTime(
                old, FileTime.from(Instant.now().minus(TemporaryFiles.STALE).minusSeconds(60)));

        FilesystemStore.open(root).close();

        assertThat(temporaryFiles()).containsExactly(young);
    }

    @Test
    void staysInStepAfterARestart() throws IOException {
        try (StagedWrite write = store.stage(KEY)) {
            write.append(ByteBuffer.wrap(new byte[] {1}));
        }
        try (FilesystemStore again = FilesystemStore.open(root);
                StagedWrite write = again.resume(KEY)) {
            write.append(ByteBuffer.wrap(new byte[] {2}));
            write.commit(new ObjectKey("d"));
        }

        assertThat(root.resolve("d")).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void clearsAwayEmptyDirectoriesButNeverTheRoot() throws IOException {
        store.put(KEY, new byte[0]);

        store.delete(KEY);

        assertThat(root.resolve("a")).doesNotExist();
        assertThat(root).isDirectory();
    }

    @Test
    void aVanishedRootIsAnErrorAndNotAnEmptyStore() throws IOException {
        store.put(KEY, new byte[0]);
        Files.move(root, directory.resolve("unmounted"));

        assertOutOfReach();
        assertThat(root).doesNotExist();
    }

    @Test
    void anotherDirectoryInPlaceOfTheRootIsAnErrorToo() throws IOException {
        store.put(KEY, new byte[0]);
        Files.move(root, directory.resolve("unmounted"));
        Files.createDirectory(root);

        assertOutOfReach();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aRootThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatIOException()
                .isThrownBy(() -> FilesystemStore.open(file.resolve("below")))
                .withMessageContaining("storage directory")
                .withMessageContaining(file.toString());
        assertThatIOException().isThrownBy(() -> FilesystemStore.open(file));
    }

    @Test
    void listsNamesThatNoKeyCanHave() throws IOException {
        Files.createDirectories(root.resolve("a/.hidden"));
        Files.createFile(root.resolve("a/lost+found ü"));

        List<String> names = store.list(new ObjectKey("a")).stream()
                .map(ObjectStore.Child::name)
                .toList();

        assertThat(names).hasSize(2).contains(".hidden");
    }

    @Test
    void deletesALinkAndNotWhatItPointsTo() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createFile(outside.resolve("precious"));
        store.put(KEY, new byte[0]);
        Files.createSymbolicLink(root.resolve("a/link"), outside);

        store.deleteTree(new ObjectKey("a"));

        assertThat(root.resolve("a")).doesNotExist();
        assertThat(outside.resolve("precious")).exists();
    }

    @Test
    void writesBackWhileMoreArrives() throws IOException {
        byte[] chunk = new byte[1 << 20];
        try (StagedWrite write = store.stage(KEY)) {
            for (int i = 0; i < 40; i++) {
                chunk[0] = (byte) i;
                write.append(ByteBuffer.wrap(chunk));
            }
            write.commit(new ObjectKey("d"));
        }

        assertThat(store.size(new ObjectKey("d"))).hasValue(40L << 20);
    }

    private void assertOutOfReach() {
        assertThatIOException().isThrownBy(() -> store.size(KEY)).withMessageContaining("mounted");
        assertThatIOException().isThrownBy(() -> store.open(KEY)).withMessageContaining("mounted");
        assertThatIOException().isThrownBy(() -> store.list(KEY)).withMessageContaining("mounted");
        assertThatIOException().isThrownBy(() -> store.stage(KEY)).withMessageContaining("mounted");
        assertThatIOException().isThrownBy(() -> store.put(KEY, new byte[0])).withMessageContaining("mounted");
        assertThatIOException().isThrownBy(() -> store.deleteTree(KEY)).withMessageContaining("mounted");
        assertThatIOException().isThrownBy(store::check).withMessageContaining("mounted");
    }

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(".wharfgate/tmp"))) {
            return files.toList();
        }
    }
}
