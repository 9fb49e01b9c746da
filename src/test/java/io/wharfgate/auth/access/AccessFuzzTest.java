package io.wharfgate.auth.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.YamlSlips;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is in the file: there are rules or mistakes, never both, never neither. */
class AccessFuzzTest {

    private static final List<String> WORDS = List.of("${user}", "anonymous", "groups", "rules", "all", "deny");

    @Test
    void changedFilesAreReadOrRefused() throws IOException {
        String example = Files.readString(Path.of("conf/access.yaml")).replaceAll("(?m)^ *#.*\n", "");
        int[] good = {0};
        Fuzz.rounds(3_000, random -> good[0] += check(YamlSlips.in(example, WORDS, random)) ? 1 : 0);
        assertThat(good[0]).isPositive();
    }

    @Test
    void randomRulesWithSlipsAreReadOrRefused() {
        Fuzz.rounds(2_000, random -> check(YamlSlips.in(RandomRules.of(random).yaml(random), WORDS, random)));
    }

    private static boolean check(String text) {
        AccessContents contents = AccessText.read(text, "access.yaml", "access.yaml", any -> false);
        assertThat(contents.rules().isPresent())
                .as(text)
                .isEqualTo(contents.errors().isEmpty());
        contents.errors()
                .forEach(error -> assertThat(error.toString())
                        .as(text)
                        .startsWith("access.yaml:")
                        .contains(";")
                        .doesNotContainPattern("[\\p{Cntrl}\u2028]"));
        contents.rules().ifPresent(rules -> rules.decide(new Identity.User("alice"), new Access.Catalog()));
        return contents.rules().isPresent();
    }
}
