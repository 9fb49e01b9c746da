package io.wharfgate.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UserCommandTest {

    private static final String HASH = "$apr1$xyz$h1a/4QBkNBpzs2jFjZxJR/"; // of "apr"

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> asked = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void file() {
        file = directory.resolve("htpasswd");
    }

    @Test
    void addAsksTwiceAndAdds() throws IOException {
        assertThat(typing("secret", "secret").run("add", "alice", "--cost", "5"))
                .isZero();
        assertThat(out.toString()).contains("alice", file.toString()).doesNotContain("secret");
        assertThat(Files.readString(file)).startsWith("alice:$2y$05$");
        assertThat(asked).hasSize(2);
        assertThat(typing("secret").run("check", "alice")).isZero();
    }

    @Test
    void addAtTheUsualCost() throws IOException {
        assertThat(input("secret").run("add", "alice", "--password-stdin")).isZero();
        assertThat(Files.readString(file)).startsWith("alice:$2y$10$");
    }

    @Test
    void aTypingMistakeChangesNothing() {
        assertThat(typing("secret", "sceret").run("add", "alice")).isEqualTo(1);
        assertThat(err.toString()).contains("differ").doesNotContain("secret", "sceret");
        assertThat(file).doesNotExist();
    }

    @Test
    void theEndOfInputChangesNothing() {
        assertThat(typing().run("add", "alice")).isEqualTo(1);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret\n", "secret\r\n"})
    void oneLineEndOfStandardInputIsDropped(String text) {
        assertThat(input(text).run("add", "alice", "--cost=5", "--password-stdin"))
                .isZero();
        assertThat(typing("secret").run("check", "alice")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "secret\n\n", "secret\nsecret\n", "a\u0000b"})
    void passwordsThatWillNotDo(String text) {
        assertThat(input(text).run("add", "alice", "--password-stdin")).isEqualTo(2);
        assertThat(err.toString()).contains("password").doesNotContain("secret");
        assertThat(file).doesNotExist();
    }

    @Test
    void aPasswordThatBcryptWouldCutIsRefused() {
        assertThat(input("x".repeat(73)).run("add", "alice", "--password-stdin"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("first 72");
    }

    @Test
    void standardInputMustBeUtf8AndShort() {
        var latin1 = new Run(Optional.empty(), "pässwörd".getBytes(ISO_8859_1));
        assertThat(latin1.run("add", "alice", "--password-stdin")).isEqualTo(2);
        assertThat(err.toString()).contains("UTF-8");
        assertThat(input("x".repeat(5000)).run("add", "alice", "--password-stdin"))
                .isEqualTo(2);
    }

    @Test
    void withoutATerminalThePasswordMustComeFromSomewhere() {
        assertThat(input("secret").run("add", "alice")).isEqualTo(2);
        assertThat(err.toString()).contains("--password-stdin");
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "#a", "a\nb", ""})
    void namesThatWillNotDo(String name) {
        assertThat(typing("secret", "secret").run("add", name)).isEqualTo(2);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "17", "x", ""})
    void costsThatWillNotDo(String cost) {
        assertThat(typing("secret", "secret").run("add", "alice", "--cost", cost))
                .isEqualTo(2);
        assertThat(asked).isEmpty();
    }

    @Test
    void addOfAUserWhoIsThereSaysSoBeforeAnybodyTypes() throws IOException {
        Files.writeString(file, "alice:" + HASH + "\n");
        assertThat(typing("secret", "secret").run("add", "alice")).isEqualTo(1);
        assertThat(err.toString()).contains("user passwd");
        assertThat(asked).isEmpty();
    }

    @Test
    void passwdChangesThePassword() throws IOException {
        Files.writeString(file, "# c\nalice:" + HASH + "\n");
        assertThat(typing("secret", "secret").run("passwd", "alice", "--cost", "5"))
                .isZero();
        assertThat(Files.readString(file)).startsWith("# c\nalice:$2y$05$");
        assertThat(typing("apr").run("check", "alice")).isEqualTo(1);
    }

    @Test
    void passwdOfNobodyFails() throws IOException {
        Files.writeString(file, "alice:" + HASH + "\n");
        assertThat(typing("secret", "secret").run("passwd", "bob")).isEqualTo(1);
        assertThat(err.toString()).contains("no user \"bob\"");
        assertThat(asked).isEmpty();
    }

    @Test
    void removeRemoves() throws IOException {
        Files.writeString(file, "alice:" + HASH + "\nbob:" + HASH + "\n");
        assertThat(typing().run("remove", "alice")).isZero();
        assertThat(Files.readString(file)).isEqualTo("bob:" + HASH + "\n");
        assertThat(typing().run("remove", "alice")).isEqualTo(1);
    }

    @Test
    void listShowsKindsAndWarningsAndNoHash() throws IOException {
        Files.writeString(file, "alice:" + HASH + "\nbo:hunter2\ncarol:{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=\n");
        assertThat(typing().run("list")).isZero();
        assertThat(out.toString().lines()).containsExactly("alice  apr1 (MD5)", "carol  SHA-1, unsalted");
        assertThat(err.toString())
                .contains("not used: line 2", "warning: line 3")
                .doesNotContain("hunter2", "L55");
    }

    @Test
    void listOfAnEmptyOrAMissingFile() throws IOException {
        assertThat(typing().run("list")).isEqualTo(1);
        assertThat(err.toString()).contains("does not exist");
        Files.writeString(file, "");
        assertThat(typing().run("list")).isZero();
        assertThat(err.toString()).contains("user add");
    }

    @Test
    void checkTellsByItsExitCode() throws IOException {
        Files.writeString(file, "alice:" + HASH + "\nbob:hunter2\n");
        assertThat(input("apr\n").run("check", "alice", "--password-stdin")).isZero();
        assertThat(input("apt\n").run("check", "alice", "--password-stdin")).isEqualTo(1);
        assertThat(input("hunter2\n").run("check", "bob", "--password-stdin")).isEqualTo(1);
        assertThat(input("apr\n").run("check", "nobody", "--password-stdin")).isEqualTo(1);
        assertThat(err.toString()).doesNotContain("hunter2");
    }

    @Test
    void anotherFileCanBeNamed() throws IOException {
        Path other = directory.resolve("other");
        Files.writeString(other, "alice:" + HASH + "\n");
        assertThat(typing().run("list", "--file", other.toString())).isZero();
        assertThat(out.toString()).contains("alice");
    }

    @Test
    void wrongUsage() {
        assertThat(typing().run()).isEqualTo(2);
        assertThat(err.toString()).contains("add, check, list, passwd, remove");
        assertThat(typing().run("add")).isEqualTo(2);
        assertThat(typing().run("list", "alice")).isEqualTo(2);
    }

    @Test
    void theHelpNamesTheOptions() {
        var command = new CommandLine(new UserCommand(() -> file, UserPasswords.ofProcess()));
        assertThat(Objects.requireNonNull(command.getSubcommands().get("add")).getUsageMessage())
                .contains("NAME", "--file=HTPASSWD", "--cost=N", "5 to 16", "Default: 10", "--password-stdin");
        assertThat(command.getUsageMessage()).contains("add", "passwd", "remove", "list", "check", "printf %s");
    }

    private Run typing(String... lines) {
        Deque<String> left = new ArrayDeque<>(List.of(lines));
        return new Run(
                Optional.of(text -> {
                    asked.add(text);
                    return left.isEmpty() ? null : left.remove().toCharArray();
                }),
                new byte[0]);
    }

    private Run input(String text) {
        return new Run(Optional.empty(), text.getBytes(UTF_8));
    }

    private final class Run {

        private final CommandLine command;

        Run(Optional<UserPasswords.Prompt> terminal, byte[] stdin) {
            var passwords = new UserPasswords(new ByteArrayInputStream(stdin), terminal);
            command = new CommandLine(new UserCommand(() -> file, passwords))
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true));
        }

        int run(String... args) {
            return command.execute(args);
        }
    }
}
