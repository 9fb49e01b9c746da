package io.wharfgate.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryPatternTest {

    /** Few characters, so that random names and patterns meet often. */
    private static final String[] OF_NAMES = {"a", "b", "a", "/", "-", "alice"};

    private static final String[] OF_PATTERNS = {"a", "b", "a", "/", "-", "*", "**", "?", "${user}"};

    @ParameterizedTest
    @CsvSource({
        "team/app, team/app, true",
        "team/app, team/apps, false",
        "team/app, team, false",
        "team/*, team/app, true",
        "team/*, team/app/sub, false",
        "team/*, team, false",
        "team/**, team/app, true",
        "team/**, team/app/sub, true",
        "team/**, team, false",
        "team/**, teams/app, false",
        "team**, team, true",
        "**, a/b/c, true",
        "*, a, true",
        "*, a/b, false",
        "**/app, team/app, true",
        "**/app, a/b/app, true",
        "**/app, app, false",
        "*/app, a/b/app, false",
        "a?c, abc, true",
        "a?c, a/c, false",
        "a?c, ac, false",
        "a/**/z, a/b/z, true",
        "a/**/z, a/z, false",
        "ab*, ab, true",
        "*b, ab, true",
        "*-*, a-b, true",
        "*-*, ab, false",
    })
    void matches(String pattern, String name, boolean expected) throws Exception {
        assertThat(RepositoryPattern.parse(pattern).matches(new RepositoryName(name)))
                .isEqualTo(expected);
        assertThat(RepositoryPattern.parse(pattern).matches(new RepositoryName(name), "bob"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "${user}/**, alice/app, alice, true",
        "${user}/**, bob/app, alice, false",
        "${user}/**, alice, alice, false",
        "${user}, alice, alice, true",
        "team/${user}-*, team/alice-1, alice, true",
        "**/${user}, a/b/alice, alice, true",
        "${user}/${user}, alice/alice, alice, true",
        "${user}/${user}, alice/bob, alice, false",
        // A name is text, whatever it looks like.
        "${user}/**, a/app, *, false",
        "${user}/**, a/app, **, false",
        "${user}/**, a/app, ?, false",
        "${user}/**, a/app, ${user}, false",
        "${user}/**, a/b/app, a/b, false",
        "${user}/**, alice/app, Alice, false",
        "${user}**, alice/app, '', false",
        "${user}**, a-b, a-, false",
    })
    void matchesForUser(String pattern, String name, String user, boolean expected) throws Exception {
        assertThat(RepositoryPattern.parse(pattern).matches(new RepositoryName(name), user))
                .isEqualTo(expected);
    }

    @Test
    void userMatchesForNobodyInParticular() throws Exception {
        RepositoryPattern pattern = RepositoryPattern.parse("**${user}**");
        assertThat(pattern.namesUser()).isTrue();
        assertThat(pattern.matches(new RepositoryName("user"))).isFalse();
    }

    @Test
    void onlyTwoStarsMatchEveryName() throws Exception {
        assertThat(RepositoryPattern.parse("**").matchesEvery()).isTrue();
        for (String less : new String[] {"*", "**/**", "?**", "**a", "${user}"}) {
            assertThat(RepositoryPattern.parse(less).matchesEvery()).as(less).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | is empty; name a repository, or write ** for all of them",
                "Team/app      | has an upper-case letter, as no name of a repository can; write \"team/app\"",
                "team/         | has a \"/\" at an end or beside another one, as no name of a repository has; remove it, or write ** after it for all that is below",
                "/team         | has a \"/\" at an end or beside another one, as no name of a repository has; remove it",
                "a//b          | has a \"/\" at an end or beside another one, as no name of a repository has; remove it",
                "a/***         | has 3 stars in a row; write * for anything up to the next \"/\", or ** for anything at all",
                "${group}/a    | has \"${group}\", which is not known; there is only ${user}",
                "$user/a       | has a \"$\" that stands for nothing; write ${user} for the user's name",
                "${user        | has a \"$\" that stands for nothing; write ${user} for the user's name",
                "a/[bc]        | has \"[\", which is in no name of a repository; use lower-case letters, digits and . _ - /, and for what may vary *, **, ? and ${user}",
                "a b           | has \" \", which is in no name of a repository; use lower-case letters, digits and . _ - /, and for what may vary *, **, ? and ${user}",
                "a/-b          | has \"-\" where no name of a repository can; between letters or digits stands one . or _, or __, or some -",
                "a..b          | has \"..\" where no name of a repository can; between letters or digits stands one . or _, or __, or some -",
                "a_            | has \"_\" where no name of a repository can; between letters or digits stands one . or _, or __, or some -",
            })
    void saysWhatIsWrong(String pattern, String message) {
        assertThatThrownBy(() -> RepositoryPattern.parse(pattern))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessage(message);
    }

    @Test
    void refusesPatternsLongerThanAnyName() {
        assertThatThrownBy(() -> RepositoryPattern.parse("a".repeat(256)))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageContaining("longer than 255");
    }

    @Test
    void agreesWithNaiveMatcher() {
        Fuzz.rounds(20_000, random -> {
            RepositoryPattern pattern = pattern(random);
            RepositoryName name = name(random);
            assertThat(pattern.matches(name, "alice"))
                    .as("%s against %s", pattern, name)
                    .isEqualTo(naive(pattern.text().replace("${user}", "alice"), name.value()));
        });
    }

    /** What a pattern covers is never more than it matches. */
    @Test
    void coversOnlyWhatItMatches() {
        Fuzz.rounds(20_000, random -> {
            RepositoryPattern wide = pattern(random);
            RepositoryPattern narrow = pattern(random);
            RepositoryName name = name(random);
            if (wide.covers(narrow) && narrow.matches(name, "alice")) {
                assertThat(wide.matches(name, "alice"))
                        .as("%s, in %s, against %s", narrow, wide, name)
                        .isTrue();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "**, a/${user}/?*, true",
        "team/**, team/app, true",
        "team/**, team/*/x, true",
        "team/*, team/**, false",
        "team/*, team/?-*, true",
        "team/*, team/${user}, true",
        "${user}/**, ${user}/a, true",
        "?, *, false",
        "?, ${user}, false",
        "?, ?, true",
        "*, **, false",
        "a/*, a/b, true",
        "a/b, a/*, false",
    })
    void covers(String wide, String narrow, boolean expected) throws Exception {
        assertThat(RepositoryPattern.parse(wide).covers(RepositoryPattern.parse(narrow)))
                .isEqualTo(expected);
    }

    /** Each star doubles the work of a matcher that tries one way after the other. */
    @Test
    void hostilePatternIsMatchedAtOnce() throws Exception {
        RepositoryPattern pattern = RepositoryPattern.parse("a*".repeat(120) + "b");
        assertThat(pattern.matches(new RepositoryName("a".repeat(255)))).isFalse();
    }

    /** Any text is a pattern, or an {@link InvalidPatternException}; one that is accepted can be matched. */
    @Test
    void takesAnyText() {
        Fuzz.rounds(20_000, random -> {
            var text = new StringBuilder();
            int length = random.nextInt(12);
            for (int i = 0; i < length; i++) {
                text.append(
                        random.nextInt(8) == 0
                                ? String.valueOf((char) random.nextInt(0x10000))
                                : OF_PATTERNS[random.nextInt(OF_PATTERNS.length)]);
            }
            try {
                RepositoryPattern pattern = RepositoryPattern.parse(text.toString());
                pattern.matches(name(random), "alice");
                assertThat(pattern.covers(pattern)).as(pattern.text()).isTrue();
            } catch (InvalidPatternException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        });
    }

    private static RepositoryPattern pattern(Random random) {
        while (true) {
            try {
                return RepositoryPattern.parse(text(random, OF_PATTERNS));
            } catch (InvalidPatternException e) {
                // The next one, then.
            }
        }
    }

    private static RepositoryName name(Random random) {
        while (true) {
            String text = text(random, OF_NAMES);
            if (RepositoryName.isValid(text)) {
                return new RepositoryName(text);
            }
        }
    }

    private static String text(Random random, String[] parts) {
        var text = new StringBuilder();
        int length = 1 + random.nextInt(7);
        for (int i = 0; i < length; i++) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    /** The definition, word by word, and as slow as it sounds. */
    private static boolean naive(String pattern, String name) {
        if (pattern.isEmpty()) {
            return name.isEmpty();
        }
        if (pattern.startsWith("**")) {
            return naive(pattern.substring(2), name) || (!name.isEmpty() && naive(pattern, name.substring(1)));
        }
        if (pattern.startsWith("*")) {
            return naive(pattern.substring(1), name)
                    || (!name.isEmpty() && name.charAt(0) != '/' && naive(pattern, name.substring(1)));
        }
        boolean first = !name.isEmpty()
                && (pattern.charAt(0) == '?' ? name.charAt(0) != '/' : pattern.charAt(0) == name.charAt(0));
        return first && naive(pattern.substring(1), name.substring(1));
    }
}
