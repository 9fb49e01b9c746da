package io.wharfgate.auth.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is in the file: there are rules or mistakes, never both, never neither. */
class AccessFuzzTest {

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
            "anonymous",
            "groups",
            "rules",
            "null",
            "~",
            "---\n",
            "all",
            "deny",
            "/");

    @Test
    void changedFilesAreReadOrRefused() throws IOException {
        String example = Files.readString(Path.of("conf/access.yaml")).replaceAll("(?m)^ *#.*\n", "");
        int[] good = {0};
        Fuzz.rounds(3_000, random -> good[0] += check(mutate(example, random)) ? 1 : 0);
        assertThat(good[0]).isPositive();
    }

    @Test
    void randomRulesWithSlipsAreReadOrRefused() {
        Fuzz.rounds(2_000, random -> check(mutate(RandomRules.of(random).yaml(random), random)));
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

    private static String mutate(String text, Random random) {
        int slips = 1 + random.nextInt(3);
        String mutated = text;
        for (int i = 0; i < slips; i++) {
            int at = random.nextInt(mutated.length() + 1);
            int to = Math.min(mutated.length(), at + random.nextInt(6));
            mutated = switch (random.nextInt(4)) {
                case 0 -> mutated.substring(0, at) + mutated.substring(to);
                case 1 -> mutated.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + mutated.substring(at);
                case 2 -> mutated.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + mutated.substring(to);
                default -> shuffledLines(mutated, random);
            };
        }
        return mutated;
    }

    private static String shuffledLines(String text, Random random) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        String line = lines.remove(random.nextInt(lines.size()));
        lines.add(random.nextInt(lines.size() + 1), line);
        return String.join("\n", lines);
    }
}
