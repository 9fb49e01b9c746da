package io.wharfgate.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a staged write when the disk fails, with a disk that fails on demand. */
class FileStagedWriteTest {

    private static final ObjectKey TARGET = new ObjectKey("target");

    @TempDir
    Path directory;

    private final List<ObjectKey> placed = new ArrayList<>();
    private final List<Runnable> background = new ArrayList<>();
    private Path file;
    private FailingChannel channel;
    private FileStagedWrite write;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("data");
        channel = new FailingChannel(FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
        write = new FileStagedWrite(channel, new Writeback(channel, background::add, 0), placed::add);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    @Test
    void aFullDiskLeavesTheLastWholeAppend() throws IOException {
        write.append(ByteBuffer.allocate(100_000));
        channel.room = 70_000;

        assertThatExceptionOfType(StorageFullException.class)
                .isThrownBy(() -> write.append(ByteBuffer.allocate(100_000)));

        assertThat(write.size()).isEqualTo(100_000);
        assertThat(Files.size(file)).isEqualTo(100_000);
    }

    @Test
    void goesOnWhenThereIsRoomAgain() throws IOException {
        channel.room = 10;
        assertThatExceptionOfType(StorageFullException.class).isThrownBy(() -> write.append(ByteBuffer.allocate(20)));
        channel.room = Long.MAX_VALUE;

        write.append(ByteBuffer.wrap(new byte[] {7}));
        write.commit(TARGET);

        assertThat(file).hasBinaryContent(new byte[] {7});
        assertThat(placed).containsExactly(TARGET);
    }

    @Test
    void aFileThatCannotBeCutBackTakesNothingMore() throws IOException {
        channel.room = 10;
        channel.canTruncate = false;
        assertThatExceptionOfType(StorageFullException.class).isThrownBy(() -> write.append(ByteBuffer.allocate(20)));
        channel.room = Long.MAX_VALUE;

        assertThatIOException().isThrownBy(() -> write.append(ByteBuffer.allocate(1)));
        assertThatIOException().isThrownBy(() -> write.commit(TARGET));
        assertThat(placed).isEmpty();
    }

    @Test
    void writesBackOnceForEachStepAndOneAtATime() throws IOException {
        for (int i = 0; i < 3; i++) {
            write.append(ByteBuffer.allocate((int) Writeback.STEP));
        }
        assertThat(background).hasSize(1);
        background.get(0).run();
        write.append(ByteBuffer.allocate(1));
        assertThat(background).hasSize(2);
        background.get(1).run();
        write.append(ByteBuffer.allocate(1));
        assertThat(background).hasSize(2);
    }

    @Test
    void whatTheDiskLostInTheBackgroundIsTakenBack() throws IOException {
        write.append(ByteBuffer.allocate((int) Writeback.STEP));
        background.get(0).run();
        write.append(ByteBuffer.allocate((int) Writeback.STEP));
        channel.failSync = true;
        background.get(1).run();
        channel.failSync = false;

        assertThatExceptionOfType(StorageFullException.class).isThrownBy(() -> write.append(ByteBuffer.allocate(5)));

        assertThat(write.size()).isEqualTo(Writeback.STEP);
        assertThat(Files.size(file)).isEqualTo(Writeback.STEP);
    }

    @Test
    void aCloseSeesTheErrorOfTheBackground() throws IOException {
        write.append(ByteBuffer.allocate((int) Writeback.STEP));
        channel.failSync = true;
        background.get(0).run();

        assertThatExceptionOfType(StorageFullException.class).isThrownBy(write::close);

        assertThat(write.size()).isZero();
        assertThat(file).isEmptyFile();
    }

    @Test
    void aCommitSeesTheErrorOfTheBackground() throws IOException {
        write.append(ByteBuffer.allocate((int) Writeback.STEP));
        channel.failSync = true;
        background.get(0).run();
        channel.failSync = false;

        assertThatExceptionOfType(StorageFullException.class).isThrownBy(() -> write.commit(TARGET));

        assertThat(placed).isEmpty();
        assertThat(write.size()).isZero();
    }

    @Test
    void aCommitThatCannotSyncPlacesNothing() throws IOException {
        write.append(ByteBuffer.allocate(5));
        channel.failSync = true;

        assertThatIOException().isThrownBy(() -> write.commit(TARGET));

        assertThat(placed).isEmpty();
    }

    @Test
    void knowsAFullDiskByTheTextsOfTheSystem() {
        assertThat(DiskErrors.told(new IOException("No space left on device")))
                .isInstanceOf(StorageFullException.class);
        assertThat(DiskErrors.told(new IOException("/x: Disk quota exceeded")))
                .isInstanceOf(StorageFullException.class);
        assertThat(DiskErrors.told(new IOException("Input/output error"))).isNotInstanceOf(StorageFullException.class);
        assertThat(DiskErrors.told(new IOException())).isNotInstanceOf(StorageFullException.class);
    }
}
