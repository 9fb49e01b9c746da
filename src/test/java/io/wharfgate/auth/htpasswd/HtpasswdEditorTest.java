package io.wharfgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtpasswdEditorTest {

    private static final String HASH = "$apr1$xyz$h1a/4QBkNBpzs2jFjZxJR/"; // of "apr"
    private static final Secret PASSWORD = Secret.of("pässwörd");
    private static final int COST = HtpasswdEditor.LOWEST_COST;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @SuppressWarnings("NullAway.Init")
    private HtpasswdEditor editor;

    @BeforeEach
    void open() {
        file = directory.resolve("htpasswd");
        editor = new HtpasswdEditor(file);
    }

    @Test
    void addMakesAFileForItsOwnerAlone() throws IOException {
        editor.add("alice", PASSWORD, COST);
        assertThat(Files.readString(file)).matches("alice:\\$2y\\$05\\$[./A-Za-z0-9]{53}\n");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(editor.check("alice", PASSWORD)).isTrue();
        assertThat(editor.check("alice", Secret.of("other"))).isFalse();
    }

    @Test
    void addGoesToTheEndAndLeavesTheRest() throws IOException {
        String before = "# staff\r\n\r\n bob:" + HASH + ":Bob \r\nbroken line\r\n# end";
        Files.writeString(file, before);
        editor.add("jürgen", PASSWORD, COST);
        assertThat(Files.readString(file))
                .startsWith(before + "\r\njürgen:$2y$05$")
                .endsWith("\r\n");
    }

    @Test
    void addOfAUserWhoIsThereFailsAndPointsToPasswd() throws IOException {
        Files.writeString(file, "alice:plain\n");
        assertThatThrownBy(() -> editor.add("alice", PASSWORD, COST))
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContainingAll("alice", "already", "wharfgate user passwd");
        assertThatThrownBy(() -> editor.checkNew("alice")).isInstanceOf(HtpasswdException.class);
        assertThat(Files.readString(file)).isEqualTo("alice:plain\n");
    }

    @Test
    void addLeavesAFileAloneThatIsNoPasswordFile() throws IOException {
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\n");
        assertThatThrownBy(() -> editor.add("alice", PASSWORD, COST))
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContaining("left alone");
        assertThat(Files.readString(file)).isEqualTo("-----BEGIN CERTIFICATE-----\n");
    }

    @Test
    void changePasswordKeepsThePlaceAndWhatStandsBehind() throws IOException {
        Files.writeString(file, "\uFEFFalice:" + HASH + ":Alice\n# c\nbob:" + HASH + "\nalice:" + HASH);
        editor.changePassword("alice", PASSWORD, COST);
        assertThat(Files.readString(file))
                .matches("\uFEFFalice:\\$2y\\$05\\$[./A-Za-z0-9]{53}:Alice\n# c\nbob:\\Q" + HASH + "\\E\n");
        assertThat(editor.check("alice", PASSWORD)).isTrue();
    }

    @Test
    void changePasswordHealsTheOnlyLine() throws IOException {
        Files.writeString(file, "alice:plain\n");
        editor.changePassword("alice", PASSWORD, COST);
        assertThat(editor.read().unusable()).isFalse();
    }

    @Test
    void removeDropsAllLinesOfTheUser() throws IOException {
        Files.writeString(file, "# c\nalice:" + HASH + "\nbob:" + HASH + "\nalice:plain\n");
        editor.remove("alice");
        assertThat(Files.readString(file)).isEqualTo("# c\nbob:" + HASH + "\n");
    }

    @Test
    void whoIsNotThereIsNotChanged() throws IOException {
        Files.writeString(file, "alice:" + HASH + "\n");
        for (var change : List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                () -> editor.changePassword("bob", PASSWORD, COST),
                () -> editor.remove("bob"),
                () -> editor.check("bob", PASSWORD),
                () -> editor.checkKnown("bob"))) {
            assertThatThrownBy(change).isInstanceOf(HtpasswdException.class).hasMessageContaining("no user \"bob\"");
        }
        assertThat(Files.readString(file)).isEqualTo("alice:" + HASH + "\n");
    }

    @Test
    void checkTellsWhyALineIsNotUsed() throws IOException {
        Files.writeString(file, "bob:" + HASH + "\nalice:hunter2\n");
        assertThatThrownBy(() -> editor.check("alice", Secret.of("hunter2")))
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContainingAll("line 2", "plain text")
                .message()
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "#a", "a\nb", "a\u0000", " a", "a ", "a\uFFFD", "\uD800"})
    void namesThatAFileCannotHold(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> editor.add(name, PASSWORD, COST));
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000b", "two\nlines", "\uFFFD"})
    void passwordsThatNobodyCouldUse(String password) {
        assertThatIllegalArgumentException().isThrownBy(() -> editor.add("alice", Secret.of(password), COST));
    }

    @Test
    void passwordsThatBcryptWouldCut() throws IOException {
        editor.add("alice", Secret.of("x".repeat(72)), COST);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.add("bob", Secret.of("ü".repeat(37)), COST))
                .withMessageContaining("72");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, 17, 31})
    void costsOutOfRange(int cost) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.add("alice", PASSWORD, cost))
                .withMessageContaining("5 to 16");
    }

    @Test
    void modeAndOwnerAreKept() throws IOException {
        Files.writeString(file, "bob:" + HASH + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        GroupPrincipal group = anotherGroupIfPossible();
        Object owner = Files.getOwner(file);
        editor.add("alice", PASSWORD, COST);
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(attributes().readAttributes().group()).isEqualTo(group);
        assertThat(Files.getOwner(file)).isEqualTo(owner);
    }

    @Test
    void theLockIsItsOwnersAndCanBeWrittenHoweverTheFileIs() throws IOException {
        Files.writeString(file, "bob:" + HASH + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        GroupPrincipal group = anotherGroupIfPossible();
        editor.add("alice", PASSWORD, COST);
        Path lock = directory.resolve(".htpasswd.lock");
        assertThat(mode(lock)).isEqualTo("rw-------");
        assertThat(Files.readAttributes(lock, PosixFileAttributes.class).group())
                .isEqualTo(group);
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Files.createDirectory(directory.resolve("real"));
        Path real = directory.resolve("real/users");
        Files.writeString(real, "bob:" + HASH + "\n");
        Files.createSymbolicLink(file, Path.of("real", "users"));
        editor.add("alice", PASSWORD, COST);
        assertThat(file).isSymbolicLink();
        assertThat(Files.readString(real)).contains("alice:");
    }

    @Test
    void aLinkToNothingAndAMissingDirectoryAreNamed() throws IOException {
        Files.createSymbolicLink(file, directory.resolve("none"));
        assertThatThrownBy(() -> editor.add("alice", PASSWORD, COST))
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContaining("link");
        assertThatThrownBy(() -> new HtpasswdEditor(directory.resolve("a/b")).add("alice", PASSWORD, COST))
                .isInstanceOf(HtpasswdException.class)
                .hasMessageContaining("directory");
    }

    @Test
    void aPlantedLinkInPlaceOfTheLockIsNotFollowed() throws IOException {
        Files.writeString(file, "bob:" + HASH + "\n");
        Path victim = directory.resolve("victim");
        Files.writeString(victim, "x");
        Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("r--------"));
        Files.createSymbolicLink(directory.resolve(".htpasswd.lock"), victim);
        assertThatThrownBy(() -> editor.add("alice", PASSWORD, COST)).isInstanceOf(HtpasswdException.class);
        assertThat(mode(victim)).isEqualTo("r--------");
    }

    @Test
    void nothingIsLeftBehindButTheLock() throws IOException {
        editor.add("alice", PASSWORD, COST);
        editor.remove("alice");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("htpasswd", ".htpasswd.lock");
        }
    }

    @Test
    void whoWaitsTooLongIsToldForWhat() throws IOException {
        Path lock = directory.resolve(".htpasswd.lock");
        try (FileChannel holder = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(holder.tryLock()).isNotNull();
            var impatient = new HtpasswdEditor(file, Duration.ofMillis(60));
            assertThatThrownBy(() -> impatient.add("alice", PASSWORD, COST))
                    .isInstanceOf(HtpasswdException.class)
                    .hasMessageContaining(lock.toString());
        }
        editor.add("alice", PASSWORD, COST);
    }

    @Test
    void concurrentChangesAllCount() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> additions = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String user = "user" + i;
                additions.add(() -> {
                    new HtpasswdEditor(file, Duration.ofSeconds(60)).add(user, PASSWORD, COST);
                    return null;
                });
            }
            for (Future<Void> addition : threads.invokeAll(additions)) {
                addition.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(editor.read().users().size()).isEqualTo(12);
    }

    private PosixFileAttributeView attributes() {
        return Files.getFileAttributeView(file, PosixFileAttributeView.class);
    }

    /** Root gives the file to another group; others keep theirs, which the test then checks. */
    private GroupPrincipal anotherGroupIfPossible() throws IOException {
        try {
            attributes()
                    .setGroup(
                            file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName("daemon"));
        } catch (IOException e) {
            assertThat(System.getProperty("user.name")).isNotEqualTo("root");
        }
        return attributes().readAttributes().group();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
