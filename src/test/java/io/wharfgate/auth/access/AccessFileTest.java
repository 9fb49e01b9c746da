package io.wharfgate.auth.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Identity;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessFileTest {

    private static final String BROKEN = "rules:\n- users: alice\n  repositories: Team\n  action: pull\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path path;

    @BeforeEach
    void path() {
        path = directory.resolve("access.yaml");
    }

    @Test
    void withoutAFileEveryUserMayDoEverything() throws Exception {
        AccessFile file = open();
        assertThat(may(file, "alice")).isTrue();
        assertThat(file.decide(new Identity.Anonymous(), pull()).allowed()).isFalse();
        assertThat(file.admitsAnonymous()).isFalse();
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
        assertThat(file.reload()).isEqualTo(new Reload.Unchanged());
    }

    @Test
    void openReadsTheRules() throws Exception {
        allow("alice");
        AccessFile file = open();
        assertThat(may(file, "alice")).isTrue();
        assertThat(may(file, "bob")).isFalse();
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
    }

    @Test
    void openTellsEveryMistake() throws IOException {
        Files.writeString(path, BROKEN);
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidRulesException.class)
                .message()
                .satisfies(message -> assertThat(message.lines())
                        .satisfiesExactly(
                                line -> assertThat(line).startsWith(path + ":2: rule 1: has no actions"),
                                line -> assertThat(line).startsWith(path + ":3: rule 1: repositories: \"Team\""),
                                line -> assertThat(line).startsWith(path + ":4: rule 1: action: unknown key")));
    }

    @Test
    void openRefusesWhatIsNoFile() throws IOException {
        Files.createDirectory(path);
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidRulesException.class)
                .hasMessage(path + ": is a directory; name the file of access rules in it");
    }

    @Test
    void aFileThatAppearsTakesEffect() throws Exception {
        AccessFile file = open();
        allow("alice");
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(may(file, "bob")).isTrue();
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(may(file, "bob")).isFalse();
    }

    @Test
    void aChangeIsTakenWhenItHasSettled() throws Exception {
        allow("alice");
        AccessFile file = open();
        allow("bo");
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        allow("bob");
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(may(file, "alice")).isTrue();
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(may(file, "alice")).isFalse();
        assertThat(may(file, "bob")).isTrue();
    }

    @Test
    void aChangeThatLeavesTimeAndLengthIsSeen() throws Exception {
        allow("alice");
        FileTime time = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(path, time);
        AccessFile file = open();
        allow("carol");
        Files.setLastModifiedTime(path, time);
        file.poll();
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(may(file, "carol")).isTrue();
    }

    @Test
    void reloadTakesAChangeAtOnce() throws Exception {
        allow("alice");
        AccessFile file = open();
        allow("bob");
        assertThat(file.reload()).isInstanceOf(Reload.Loaded.class);
        assertThat(may(file, "bob")).isTrue();
        assertThat(file.reload()).isEqualTo(new Reload.Unchanged());
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
    }

    @Test
    void aBrokenFileIsRefusedAndTheOldRulesStay() throws Exception {
        allow("alice");
        AccessFile file = open();
        Files.writeString(path, BROKEN);
        file.poll();
        assertThat(file.poll())
                .isInstanceOfSatisfying(
                        Reload.Failed.class,
                        failed -> assertThat(failed.errors()).hasSize(3));
        assertThat(may(file, "alice")).isTrue();
        assertThat(may(file, "bob")).isFalse();
        assertThat(file.poll()).as("told once").isEqualTo(new Reload.Unchanged());
        assertThat(file.reload()).as("somebody asked").isInstanceOf(Reload.Failed.class);
        allow("bob");
        assertThat(file.reload()).isInstanceOf(Reload.Loaded.class);
        assertThat(may(file, "bob")).isTrue();
    }

    @Test
    void anEmptiedFileIsRefused() throws Exception {
        allow("alice");
        AccessFile file = open();
        Files.writeString(path, "");
        assertThat(file.reload()).isInstanceOf(Reload.Failed.class);
        assertThat(may(file, "alice")).isTrue();
    }

    @Test
    void theRulesOfAFileThatVanishesStay() throws Exception {
        allow("alice");
        AccessFile file = open();
        Files.delete(path);
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        assertThat(file.poll())
                .isInstanceOfSatisfying(
                        Reload.Failed.class,
                        failed -> assertThat(failed.errors())
                                .singleElement()
                                .hasToString(
                                        path + ": is gone; put it back, or start the service anew to let every user do"
                                                + " everything"));
        assertThat(may(file, "bob")).isFalse();
        allow("bob");
        file.poll();
        assertThat(file.poll()).isInstanceOf(Reload.Loaded.class);
        assertThat(may(file, "bob")).isTrue();
    }

    /** Editors that write a new file and rename it leave a moment without one. */
    @Test
    void aFileThatIsGoneForAMomentIsNoMistake() throws Exception {
        allow("alice");
        AccessFile file = open();
        Files.delete(path);
        assertThat(file.poll()).isEqualTo(new Reload.Settling());
        allow("alice");
        assertThat(file.poll()).isEqualTo(new Reload.Unchanged());
    }

    @Test
    void aBrokenFileThatAppearsChangesNothing() throws Exception {
        AccessFile file = open();
        Files.writeString(path, BROKEN);
        assertThat(file.reload()).isInstanceOf(Reload.Failed.class);
        assertThat(may(file, "bob")).isTrue();
    }

    private AccessFile open() throws InvalidRulesException {
        return AccessFile.open(path, any -> true);
    }

    private void allow(String user) throws IOException {
        Files.writeString(path, "rules:\n- {users: " + user + ", repositories: '**', actions: all}\n");
    }

    private static boolean may(AccessFile file, String user) {
        return file.decide(new Identity.User(user), pull()).allowed();
    }

    private static Access pull() {
        return Access.to(Action.PULL, new RepositoryName("team/app"));
    }
}
