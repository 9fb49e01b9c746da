package io.wharfgate.auth.htpasswd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.auth.StoredPassword;
import io.wharfgate.secret.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtpasswdContentsTest {

    private static final String HASH = "$apr1$xyz$h1a/4QBkNBpzs2jFjZxJR/"; // of "apr"
    private static final String OTHER = "$apr1$7WKplrFX$K8Dc9j81ucis.FsLU7qlK1"; // of "correct horse"

    @Test
    void commentsAndBlankLinesAreNoUsers() {
        HtpasswdContents contents = parse("# a:b\n\n   \n\t# c\nalice:" + HASH + "\n#");
        assertThat(names(contents)).containsExactly("alice");
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.unusable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice:" + HASH,
                "alice:" + HASH + "\n",
                "alice:" + HASH + "\r\n",
                "  alice:" + HASH + " \t \r\n",
                "\uFEFFalice:" + HASH,
                "alice:" + HASH + ":a comment: or two"
            })
    void aLineInAllItsForms(String file) {
        HtpasswdContents contents = parse(file);
        assertThat(stored(contents, "alice").matches(Secret.of("apr"))).isTrue();
        assertThat(contents.problems()).isEmpty();
    }

    @Test
    void namesAreUtf8AndMayHaveSpaces() {
        assertThat(names(parse("jürgen:" + HASH + "\n密码🔐:" + HASH + "\nrobot$ci bot:" + HASH)))
                .containsExactly("jürgen", "密码🔐", "robot$ci bot");
    }

    @Test
    void oneBrokenLineLeavesTheOthers() {
        HtpasswdContents contents = parse("alice:" + HASH + "\nbob:hunter2\ncarol:" + HASH + "\n");
        assertThat(names(contents)).containsExactly("alice", "carol");
        assertThat(contents.unusable()).isFalse();
        assertThat(contents.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.refused()).isTrue();
            assertThat(problem.toString())
                    .startsWith("line 2: ")
                    .contains("wharfgate user passwd")
                    .doesNotContain("hunter2");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"no colon", ":" + HASH, "a\u0001b:" + HASH, "a\u0085b:" + HASH, "a\rb:" + HASH, "bob:", "bob:x:y"
            })
    void brokenLinesAreReportedByNumber(String line) {
        HtpasswdContents contents = parse("# first\n" + line + "\nalice:" + HASH);
        assertThat(names(contents)).containsExactly("alice");
        assertThat(contents.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.line()).isEqualTo(2));
    }

    @Test
    void namesAndLinesHaveALimit() {
        assertThat(names(parse("x".repeat(255) + ":" + HASH))).hasSize(1);
        assertThat(names(parse("x".repeat(256) + ":" + HASH))).isEmpty();
        assertThat(names(parse("ü".repeat(128) + ":" + HASH))).isEmpty();
        assertThat(names(parse("alice:" + HASH + ":" + "x".repeat(8192)))).isEmpty();
        assertThat(parse("#" + "x".repeat(10_000)).problems()).isEmpty();
    }

    @Test
    void aLineInLatin1IsBrokenAlone() {
        HtpasswdContents contents =
                HtpasswdContents.parse(("jürgen:" + HASH + "\nalice:" + HASH + "\n").getBytes(ISO_8859_1));
        assertThat(names(contents)).containsExactly("alice");
        assertThat(contents.problems().toString()).contains("line 1", "UTF-8");
    }

    @Test
    void theFirstLineOfAUserCounts() {
        HtpasswdContents contents = parse("alice:" + HASH + "\nbob:" + HASH + "\nalice:" + OTHER + "\n");
        assertThat(stored(contents, "alice").matches(Secret.of("apr"))).isTrue();
        assertThat(contents.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.text()).contains("line 1");
        });
    }

    @Test
    void theFirstLineOfAUserCountsEvenIfItIsNoGood() {
        HtpasswdContents contents = parse("alice:plain\nbob:" + HASH + "\nalice:" + OTHER + "\n");
        assertThat(names(contents)).containsExactly("bob");
        assertThat(contents.problems()).extracting(LineProblem::line).containsExactly(1, 3);
    }

    @Test
    void aWarnedLineIsUsed() {
        HtpasswdContents contents = parse("alice:{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=");
        assertThat(names(contents)).containsExactly("alice");
        assertThat(contents.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.refused()).isFalse());
    }

    @Test
    void unusableIsAFileOfBrokenLinesOnly() {
        assertThat(parse("").unusable()).isFalse();
        assertThat(parse("# nobody yet\n").unusable()).isFalse();
        assertThat(parse("-----BEGIN CERTIFICATE-----\nMIIB\n").unusable()).isTrue();
        assertThat(parse("root:x:0:0:root:/root:/bin/bash\n").unusable()).isTrue();
        assertThat(HtpasswdContents.parse(("\uFEFFalice:" + HASH).getBytes(UTF_16))
                        .unusable())
                .isTrue();
    }

    @Test
    void countlessProblemsAreCounted() {
        HtpasswdContents contents = parse("x\n".repeat(500));
        assertThat(contents.problems()).hasSize(101);
        assertThat(contents.problems().get(100).text()).contains("400 more");
    }

    @Test
    void linesJoinToTheSameFile() {
        Fuzz.rounds(2_000, random -> {
            var file = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                file.append("\r\n\r\n:a#\u00ff\u00ef\u00bb\u00bf".charAt(random.nextInt(11)));
            }
            byte[] bytes = file.toString().getBytes(ISO_8859_1);
            assertThat(RawLine.join(RawLine.split(bytes))).isEqualTo(bytes);
        });
    }

    @Test
    void anyFileIsReadAndNothingOfItShown() {
        List<RealHashesTest.Sample> samples = RealHashesTest.samples().toList();
        Fuzz.rounds(2_000, random -> {
            var file = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                String line = "user" + i + ":"
                        + samples.get(random.nextInt(samples.size())).hash() + "\n";
                file.append(random.nextBoolean() ? line : HashParserTest.changed(line, random));
            }
            String shown =
                    HtpasswdContents.parse(file.toString().getBytes(UTF_8)).toString();
            assertThat(samples)
                    .noneMatch(sample ->
                            shown.contains(sample.hash().substring(sample.hash().length() - 8)));
        });
    }

    @Test
    void anyBytesAreRead() {
        Fuzz.rounds(5_000, random -> {
            var bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            HtpasswdContents contents = HtpasswdContents.parse(bytes);
            assertThat(contents.users().size()).isZero();
        });
    }

    private static StoredPassword stored(HtpasswdContents contents, String user) {
        return contents.users().find(user).orElseThrow();
    }

    private static HtpasswdContents parse(String file) {
        return HtpasswdContents.parse(file.getBytes(UTF_8));
    }

    private static List<String> names(HtpasswdContents contents) {
        return contents.users().list().stream().map(HtpasswdUsers.Listed::name).toList();
    }
}
