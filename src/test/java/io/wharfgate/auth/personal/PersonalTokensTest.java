package io.wharfgate.auth.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.SettableClock;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.FakeUserStore;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.PasswordTokens.Answer;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens from the editor to the check, and what becomes of them when the file changes. */
class PersonalTokensTest {

    private static final TokenGrant PULL = TokenGrant.parse(List.of("team/*"), List.of("pull"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @SuppressWarnings("NullAway.Init")
    private PersonalTokenEditor editor;

    private final SettableClock clock = new SettableClock();
    private final FakeUserStore users = new FakeUserStore().with("alice", "x");
    private long age = 100_000;

    @BeforeEach
    void open() {
        file = directory.resolve("personal-tokens.json");
        editor = new PersonalTokenEditor(file, clock);
    }

    @Test
    void aTokenLogsItsOwnerIn() throws IOException {
        var made = create("alice");
        PersonalTokens tokens = tokens();
        assertThat(tokens.check("alice", made.text())).isInstanceOfSatisfying(Answer.Good.class, good -> {
            assertThat(good.login().identity()).isEqualTo(new Identity.User("alice"));
            assertThat(good.login().credential())
                    .isEqualTo(new Credential.PersonalToken(made.token().id()));
            assertThat(good.login().reach().covers(pull("team/app"))).isTrue();
            assertThat(good.login().reach().covers(pull("other/app"))).isFalse();
        });
    }

    @Test
    void otherTextsDoNot() throws IOException {
        var made = create("alice");
        users.with("bob", "y");
        PersonalTokens tokens = tokens();
        assertThat(tokens.check("alice", Secret.of("secret"))).isEqualTo(new Answer.NoToken());
        assertThat(tokens.check("alice", Secret.of(made.text().reveal() + "x"))).isEqualTo(new Answer.NoToken());
        assertThat(tokens.check("bob", made.text())).isInstanceOf(Answer.Unknown.class);
        Secret stranger = TokenText.random(new java.security.SecureRandom()).whole();
        assertThat(tokens.check("alice", stranger)).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void anotherSecretForTheSameIdIsUnknown() throws IOException {
        var made = create("alice");
        var other = create("alice");
        String text = Files.readString(file)
                .replace(
                        TokenHash.of(other.text()).hex(),
                        TokenHash.of(made.text()).hex());
        Files.writeString(file, text);
        assertThat(tokens().check("alice", other.text()))
                .isInstanceOfSatisfying(
                        Answer.Unknown.class,
                        unknown -> assertThat(unknown.reason())
                                .contains("wrong secret", other.token().id())
                                .doesNotContain(other.text().reveal()));
    }

    @Test
    void anExpiredTokenIsDeadToTheSecond() throws IOException {
        var made = create("alice");
        PersonalTokens tokens = tokens();
        String id = made.token().id();
        clock.advance(Duration.ofDays(90).minusSeconds(1));
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Good.class);
        assertThat(tokens.reach(id, "alice")).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Dead.class);
        assertThat(tokens.reach(id, "alice")).isEmpty();
    }

    @Test
    void aTokenWithoutAnEndHasNone() throws IOException {
        var made = editor.create("alice", "", PULL, Optional.empty());
        PersonalTokens tokens = tokens();
        clock.advance(Duration.ofDays(36_500));
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Good.class);
    }

    @Test
    void aTokenDiesWithItsOwner() throws IOException {
        var made = create("alice");
        PersonalTokens tokens = tokens();
        users.remove("alice");
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Dead.class);
        assertThat(tokens.reach(made.token().id(), "alice")).isEmpty();
    }

    @Test
    void theReachIsKnownByIdAndOwner() throws IOException {
        var made = create("alice");
        users.with("bob", "y");
        PersonalTokens tokens = tokens();
        assertThat(tokens.reach(made.token().id(), "alice").orElseThrow().covers(pull("team/app")))
                .isTrue();
        assertThat(tokens.reach(made.token().id(), "bob")).isEmpty();
        assertThat(tokens.reach("22222222", "alice")).isEmpty();
    }

    @Test
    void aRunningServiceTakesChanges() throws IOException {
        PersonalTokens tokens = tokens();
        var made = create("alice");
        settle(tokens);
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Good.class);
        assertThat(editor.revoke(List.of(made.token().id())))
                .containsExactly(made.token().id());
        settle(tokens);
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void aBrokenFileIsRefusedAndTheOldTokensStay() throws IOException {
        var made = create("alice");
        PersonalTokens tokens = tokens();
        Files.writeString(file, "{\"version\":1,\"tokens\":[");
        settle(tokens);
        tokens.reload();
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Good.class);
        assertThatThrownBy(this::tokens)
                .isInstanceOf(TokenFileException.class)
                .hasMessageContainingAll(file.toString(), "wharfgate token");
        Files.writeString(file, "{\"version\":1,\"tokens\":[]}");
        settle(tokens);
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void aFileThatIsGoneForGoodHasNoTokens() throws IOException {
        var made = create("alice");
        PersonalTokens tokens = tokens();
        settle(tokens);
        Files.delete(file);
        tokens.poll();
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Good.class);
        tokens.poll();
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void aFileReplacedByDeletingAndWritingIsNeverEmpty() throws IOException {
        var made = create("alice");
        PersonalTokens tokens = tokens();
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        tokens.poll();
        Files.write(file, content);
        settle(tokens);
        assertThat(tokens.check("alice", made.text())).isInstanceOf(Answer.Good.class);
    }

    @Test
    void onlyAHashIsStoredAndForItsOwnerAlone() throws IOException {
        var made = create("alice");
        assertThat(Files.readString(file))
                .contains(made.token().id())
                .doesNotContain(made.text().reveal().substring(13));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.toString()).doesNotContain(made.text().reveal());
    }

    @Test
    void revokingTakesAllOrNone() throws IOException {
        var made = create("alice");
        var other = create("alice");
        assertThatThrownBy(() -> editor.revoke(List.of(made.token().id(), "22222222")))
                .isInstanceOf(TokenFileException.class)
                .hasMessageContainingAll("22222222", "nothing was revoked");
        assertThatThrownBy(() -> editor.revoke(List.of("a secret")))
                .isInstanceOf(TokenFileException.class)
                .message()
                .doesNotContain("a secret");
        assertThat(editor.read()).hasSize(2);
        editor.revoke(List.of(other.text().reveal()));
        assertThat(editor.read()).containsExactly(made.token());
    }

    @Test
    void aBrokenFileIsLeftAlone() throws IOException {
        Files.writeString(file, "alice:secret\n");
        assertThatThrownBy(() -> create("alice")).isInstanceOf(TokenFileException.class);
        assertThat(Files.readString(file)).isEqualTo("alice:secret\n");
        assertThatIllegalArgumentException().isThrownBy(() -> editor.create("alice", "a\nb", PULL, Optional.empty()));
    }

    @Test
    void concurrentChangesAllCount() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try {
            List<java.util.concurrent.Callable<Object>> creations = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                creations.add(() -> create("alice"));
            }
            for (var creation : threads.invokeAll(creations)) {
                creation.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(editor.read()).hasSize(12);
    }

    @Test
    void lastUsesAreWrittenBesideTheFile() throws IOException {
        var made = create("alice");
        var unused = create("alice");
        PersonalTokens tokens = tokens();
        byte[] before = Files.readAllBytes(file);
        tokens.check("alice", made.text());
        assertThat(editor.lastUses()).isEmpty();
        tokens.writeLastUses();
        Instant first = clock.instant();
        assertThat(editor.lastUses()).containsOnlyKeys(made.token().id()).containsValue(first);
        clock.advance(Duration.ofHours(1));
        tokens.check("alice", made.text());
        tokens.check("alice", unused.text());
        tokens.close();
        assertThat(editor.lastUses())
                .containsOnlyKeys(made.token().id(), unused.token().id())
                .containsValue(first.plus(Duration.ofHours(1)));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void lastUsesOfOthersAndOfTheDeadAreKeptApart() throws IOException {
        var made = create("alice");
        var dead = create("alice");
        PersonalTokens tokens = tokens();
        PersonalTokens otherInstance = tokens();
        tokens.check("alice", dead.text());
        tokens.writeLastUses();
        editor.revoke(List.of(dead.token().id()));
        settle(otherInstance);
        otherInstance.check("alice", made.text());
        otherInstance.writeLastUses();
        assertThat(editor.lastUses()).containsOnlyKeys(made.token().id());
    }

    @Test
    void whatIsNotUsedIsNotWritten() throws IOException {
        var made = create("alice");
        PersonalTokens tokens = tokens();
        clock.advance(Duration.ofDays(100));
        tokens.check("alice", made.text());
        tokens.check("bob", made.text());
        tokens.close();
        assertThat(directory.resolve("personal-tokens.json.last-used")).doesNotExist();
    }

    @Test
    void aSpoiltListOfUsesIsNoHarm() throws IOException {
        var made = create("alice");
        Path uses = directory.resolve("personal-tokens.json.last-used");
        Files.writeString(uses, "rubbish\n" + made.token().id() + " yesterday\n\n22222222 2026-01-01T00:00:00Z\n");
        assertThat(editor.lastUses()).containsOnlyKeys("22222222");
        Files.delete(uses);
        Files.createDirectory(uses);
        PersonalTokens tokens = tokens();
        tokens.check("alice", made.text());
        tokens.close();
        assertThat(editor.lastUses()).isEmpty();
    }

    private PersonalTokenEditor.Created create(String user) throws TokenFileException {
        return editor.create(user, "ci", PULL, Optional.of(Duration.ofDays(90)));
    }

    private PersonalTokens tokens() throws TokenFileException {
        return PersonalTokens.open(file, users, clock);
    }

    /** Two looks at a file whose time stamp is another one and old enough to be believed. */
    private void settle(PersonalTokens tokens) throws IOException {
        age -= 10;
        Files.setLastModifiedTime(file, FileTime.from(clock.instant().minusSeconds(age)));
        tokens.poll();
        tokens.poll();
    }

    private static Access pull(String repository) {
        return Access.to(Action.PULL, RepositoryName.parse(repository));
    }
}
