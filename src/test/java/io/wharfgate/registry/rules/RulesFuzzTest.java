package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is in the file: there are rules or mistakes, never both, never neither. */
class RulesFuzzTest {

    private static final List<String> PIECES = List.of(
            "*",
            "**",
            "${user}",
            "[",
            "]",
            "{",
            "}",
            ": ",
            "- ",
            "\n",
            "  ",
            "'",
            "\"",
            ",",
            "#",
            "&a",
            "*a",
            "!x",
            "\t",
            "\u0000",
            "\u2028",
            "\uD800",
            "keep",
            "quotas",
            "retention",
            "null",
            "~",
            "---\n",
            "last",
            "9".repeat(30),
            "/");

    @Test
    void changedFilesAreReadOrRefused() throws IOException {
        String example = Files.readString(Path.of("conf/storage-rules.yaml")).replaceAll("(?m)^ *#.*\n", "");
        int[] good = {0};
        Fuzz.rounds(1_500, random -> good[0] += check(mutate(example, random)) ? 1 : 0);
        assertThat(good[0]).isPositive();
    }

    private static boolean check(String text) {
        RulesContents contents = RulesText.read(text, "storage-rules.yaml", "storage-rules.yaml");
        assertThat(contents.rules().isPresent())
                .as(text)
                .isEqualTo(contents.errors().isEmpty());
        assertThat(contents.errors())
                .allSatisfy(error -> assertThat(error.toString())
                        .startsWith("storage-rules.yaml:")
                        .doesNotContain("\n"));
        return contents.rules().isPresent();
    }

    private static String mutate(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(changed.length());
            int end = Math.min(changed.length(), at + random.nextInt(6));
            changed.replace(at, end, random.nextBoolean() ? PIECES.get(random.nextInt(PIECES.size())) : "");
        }
        return changed.toString();
    }
}
