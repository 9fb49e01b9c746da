package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.YamlSlips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is in the file: there are rules or mistakes, never both, never neither. */
class RulesFuzzTest {

    private static final List<String> WORDS = List.of("${user}", "keep", "quotas", "retention", "last", "9".repeat(30));

    @Test
    void changedFilesAreReadOrRefused() throws IOException {
        String example = Files.readString(Path.of("conf/storage-rules.yaml")).replaceAll("(?m)^ *#.*\n", "");
        int[] good = {0};
        Fuzz.rounds(1_500, random -> good[0] += check(YamlSlips.in(example, WORDS, random)) ? 1 : 0);
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
}
