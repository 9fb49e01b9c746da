package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {

    private static final String ONE = "quotas:\n- {prefix: team, tags: 1}\n";
    private static final String TWO = ONE + "- {prefix: other, tags: 1}\n";
    private static final String BROKEN = "quotas:\n- {prefix: team, tag: 1}\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path path;

    @BeforeEach
    void path() {
        path = directory.resolve("storage-rules.yaml");
    }

    @Test
    void itNeedNotBeThere() throws Exception {
        RulesFile file = RulesFile.open(path);
        assertThat(file.current()).isEqualTo(Rules.NONE);
        assertThat(file.poll()).isFalse();
        assertThat(file.reopened(path).current()).isEqualTo(Rules.NONE);
        assertThat(RulesFile.errors(path)).isEmpty();
    }

    @Test
    void openTellsMistakes() throws IOException {
        write(BROKEN);
        assertThatThrownBy(() -> RulesFile.open(path))
                .isInstanceOf(InvalidRulesException.class)
                .hasMessageContaining("storage-rules.yaml:2: quotas 1: tag: unknown key; did you mean tags?");
        assertThat(RulesFile.errors(path)).hasSize(2);
    }

    @Test
    void aChangeIsTakenWhenItHasSettled() throws Exception {
        RulesFile file = RulesFile.open(path);
        write(ONE);
        assertThat(file.poll()).isFalse();
        write(TWO);
        assertThat(file.poll()).isFalse();
        assertThat(file.poll()).isTrue();
        assertThat(file.current().quotas()).hasSize(2);
        assertThat(file.poll()).isFalse();
    }

    @Test
    void whoeverAsksGetsItAtOnce() throws Exception {
        RulesFile file = RulesFile.open(path);
        write(ONE);
        assertThat(file.reopened(path).current().quotas()).hasSize(1);
        assertThat(file.current()).isEqualTo(Rules.NONE);
    }

    @Test
    void aBrokenFileChangesNothing() throws Exception {
        write(ONE);
        RulesFile file = RulesFile.open(path);
        write(BROKEN);
        assertThat(file.poll()).isFalse();
        assertThat(file.poll()).isFalse();
        assertThat(file.poll()).isFalse();
        assertThatThrownBy(() -> file.reopened(path)).isInstanceOf(InvalidRulesException.class);
        assertThat(file.current().quotas()).hasSize(1);
        write(TWO);
        assertThat(file.poll()).isFalse();
        assertThat(file.poll()).isTrue();
    }

    @Test
    void aFileThatIsGoneChangesNothing() throws Exception {
        write(ONE);
        RulesFile file = RulesFile.open(path);
        Files.delete(path);
        assertThat(file.poll()).isFalse();
        assertThat(file.poll()).isFalse();
        assertThat(file.current().quotas()).hasSize(1);
        assertThatThrownBy(() -> file.reopened(path)).hasMessageContaining("is gone; put it back");
        assertThat(file.reopened(directory.resolve("other")).current()).isEqualTo(Rules.NONE);
    }

    private void write(String text) throws IOException {
        Files.writeString(path, text);
    }
}
