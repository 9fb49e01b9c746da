package io.wharfgate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a/.b", "a/..b", "a/b..", "docker/registry/v2/x__y", "a/...", "A-b_c.d"})
    void takesRelativePaths(String text) {
        assertThat(new ObjectKey(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "./a",
                "../a",
                "a/..",
                "a/../b",
                "a/./b",
                ".wharfgate/tmp/x",
                "a\0b",
                "a/\0",
                "a\\b",
                "..\\a"
            })
    void refusesWhatCouldLeaveTheRoot(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ObjectKey(text));
    }

    @Test
    void refusesWhatIsTooLongForAPath() {
        assertThat(new ObjectKey("a".repeat(ObjectKey.MAX_LENGTH)).value()).hasSize(ObjectKey.MAX_LENGTH);
        assertThatIllegalArgumentException().isThrownBy(() -> new ObjectKey("a".repeat(ObjectKey.MAX_LENGTH + 1)));
    }

    @Test
    void aChildIsCheckedAsWell() {
        assertThat(new ObjectKey("a").child("b/c")).isEqualTo(new ObjectKey("a/b/c"));
        assertThatIllegalArgumentException().isThrownBy(() -> new ObjectKey("a").child(".."));
        assertThatIllegalArgumentException().isThrownBy(() -> new ObjectKey("a").child(""));
    }

    @Test
    void whateverItTakesStaysBelowTheRoot() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "./\\\0ab";
        Path root = Path.of("/root/dir");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(9); length >= 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Path path = root.resolve(new ObjectKey(text.toString()).value());
                assertThat(path.normalize()).as("seed %d, key %s", seed, text).isEqualTo(path);
                assertThat(path).as("seed %d, key %s", seed, text).startsWithRaw(root);
            } catch (IllegalArgumentException e) {
                // refused, which is the other good outcome
            }
        }
    }
}
