package io.wharfgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtpasswdFileTest {

    private static final String HASH = "$apr1$xyz$h1a/4QBkNBpzs2jFjZxJR/";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path path;

    private long age = 3600;

    @BeforeEach
    void twoUsers() throws IOException {
        path = directory.resolve("htpasswd");
        write("alice:" + HASH + "\nbob:" + HASH + "\n");
    }

    @Test
    void openReadsTheUsers() throws IOException {
        HtpasswdFile file = open();
        assertThat(file.path()).isEqualTo(path);
        assertThat(file.current().find("alice")).isPresent();
        assertThat(file.current().find("carol")).isEmpty();
    }

    @Test
    void openFailsPlainly() throws IOException {
        assertThatThrownBy(() -> HtpasswdFile.open(directory.resolve("none")))
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContainingAll("none", "does not exist", "wharfgate user add");
        assertThatThrownBy(() -> HtpasswdFile.open(directory))
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContaining("not a regular file");
        write("secret words\n");
        assertThatThrownBy(this::open)
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContainingAll("no line", "line 1")
                .message()
                .doesNotContain("secret");
        Files.write(path, new byte[PasswordFileBytes.LARGEST + 1]);
        assertThatThrownBy(this::open).isInstanceOf(HtpasswdException.class).hasMessageContaining("larger");
    }

    @Test
    void anUntouchedFileIsReadOnceMoreAndThenLeftAlone() throws IOException {
        HtpasswdFile file = open();
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
        HtpasswdUsers users = file.current();
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
        assertThat(file.current()).isSameAs(users);
    }

    @Test
    void aChangeIsTakenWhenItHasSettled() throws IOException {
        HtpasswdFile file = settled();
        write("alice:" + HASH + "\n");
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        write("alice:" + HASH + "\nbob:" + HASH + "\ncarol:" + HASH + "\n");
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.current().find("bob")).isPresent();
        assertThat(file.poll())
                .isInstanceOfSatisfying(
                        Reload.Loaded.class,
                        loaded -> assertThat(loaded.users()).isEqualTo(3));
        assertThat(file.current().find("carol")).isPresent();
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
    }

    @Test
    void aReplacementOfTheSameSizeAndTimeIsSeen() throws IOException {
        HtpasswdFile file = settled();
        FileTime time = Files.getLastModifiedTime(path);
        Path other = directory.resolve("other");
        Files.writeString(other, "alice:" + HASH + "\neve:" + HASH + "\n");
        Files.setLastModifiedTime(other, time);
        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(file.current().find("eve")).isPresent();
    }

    @Test
    void aChangeWithinOneTickOfTheClockIsSeen() throws IOException {
        age = 0;
        write("alice:" + HASH + "\nbob:" + HASH + "\n");
        HtpasswdFile file = settled();
        write("alice:" + HASH + "\neve:" + HASH + "\n");
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(file.current().find("eve")).isPresent();
    }

    @Test
    void reloadDoesNotWait() throws IOException {
        HtpasswdFile file = settled();
        write("carol:" + HASH + "\n");
        assertThat(file.reload()).isInstanceOf(Reload.Loaded.class);
        assertThat(file.current().list()).extracting(HtpasswdUsers.Listed::name).containsExactly("carol");
    }

    @Test
    void aBrokenLineIsToldAndTheOthersCount() throws IOException {
        HtpasswdFile file = settled();
        write("alice:plain\ncarol:" + HASH + "\n");
        assertThat(file.reload()).isInstanceOfSatisfying(Reload.Loaded.class, loaded -> {
            assertThat(loaded.users()).isEqualTo(1);
            assertThat(loaded.problems()).extracting(LineProblem::line).containsExactly(1);
        });
        assertThat(file.current().find("alice")).isEmpty();
    }

    @Test
    void aVanishedFileLeavesTheUsersAndMayComeBack() throws IOException {
        HtpasswdFile file = settled();
        Files.delete(path);
        assertThat(file.poll())
                .isInstanceOfSatisfying(
                        Reload.Failed.class,
                        failed -> assertThat(failed.reason()).contains("does not exist"));
        assertThat(file.poll()).isInstanceOf(Reload.Failed.class);
        assertThat(file.current().find("alice")).isPresent();
        write("carol:" + HASH + "\n");
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(file.current().find("alice")).isEmpty();
    }

    @Test
    void aFileThatIsNoPasswordFileLeavesTheUsers() throws IOException {
        HtpasswdFile file = settled();
        write("-----BEGIN CERTIFICATE-----\n");
        assertThat(file.reload()).isInstanceOf(Reload.Failed.class);
        assertThat(file.current().find("alice")).isPresent();
        write("alice:" + HASH + "\nbob:" + HASH + "\n");
        assertThat(file.reload()).isEqualTo(new Reload.Unchanged());
    }

    @Test
    void anEmptiedFileLetsNobodyIn() throws IOException {
        HtpasswdFile file = settled();
        write("");
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.current().find("alice")).isPresent();
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(file.current().size()).isZero();
    }

    @Test
    void aSwappedLinkIsFollowed() throws IOException {
        Path link = directory.resolve("link");
        Path other = directory.resolve("other");
        Files.createSymbolicLink(link, path);
        HtpasswdFile file = HtpasswdFile.open(link, Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
        Files.writeString(other, "carol:" + HASH + "\n");
        Files.delete(link);
        Files.createSymbolicLink(link, other);
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
    }

    private HtpasswdFile open() throws IOException {
        return HtpasswdFile.open(path, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private HtpasswdFile settled() throws IOException {
        HtpasswdFile file = open();
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
        return file;
    }

    /** Writes in place, as Apache's tool does, with a time stamp of a known age. */
    private void write(String text) throws IOException {
        Files.writeString(path, text);
        Files.setLastModifiedTime(path, FileTime.from(NOW.minusSeconds(age)));
    }
}
