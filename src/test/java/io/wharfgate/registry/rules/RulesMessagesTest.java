package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.yaml.FileLook;
import io.wharfgate.yaml.Finding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators are told about their file, word by word. */
class RulesMessagesTest {

    @Test
    void theCommentedFileHasNeitherMistakesNorWarnings() {
        Path path = Path.of("conf/storage-rules.yaml");
        RulesContents contents = RulesContents.of(FileLook.at(path, RulesText.KIND), path);
        assertThat(contents.errors()).isEmpty();
        assertThat(contents.warnings()).isEmpty();
        Rules rules = contents.rules().orElseThrow();
        assertThat(rules.retention()).hasSize(2);
        assertThat(rules.retention().get(1).keep().last()).hasValue(10);
        assertThat(rules.retention().get(1).keep().youngerThan()).contains(Duration.ofDays(30));
        assertThat(rules.immutable()).hasSize(1);
        assertThat(rules.quotas()).extracting(Quota::prefix).containsExactly("team", "team/playground", "");
        assertThat(rules.quotas().get(0).bytes()).hasValue(50L << 30);
    }

    @Test
    void anEmptyFileHasNoRulesAndNoMistakes() {
        assertThat(RulesText.read("# nothing\n", "r", "r").rules()).isPresent();
        assertThat(errors("quotas: []")).isEmpty();
    }

    @Test
    void unknownKeys() {
        assertThat(errors("quota: []")).containsExactly("r:1: quota: unknown key; did you mean quotas?");
        assertThat(errors("retention:", "- repository: a", "  keep: {last: 1, newer: 3d}"))
                .containsExactlyInAnyOrder(
                        "r:2: retention 1: has no repositories; write ** for all of them",
                        "r:2: retention 1: repository: unknown key; did you mean repositories?",
                        "r:3: retention 1: keep: newer: unknown key; there are last, tags, younger-than, pulled-within");
    }

    @Test
    void aRuleThatKeepsNothing() {
        assertThat(errors("retention:", "- repositories: a"))
                .containsExactly(
                        "r:2: retention 1: keep: says what stays; write {last: 10, tags: [\"v*\"], younger-than:"
                                + " 30d, pulled-within: 90d}, or some of it");
        assertThat(errors("retention:", "- repositories: a", "  keep: {}"))
                .containsExactly("r:3: retention 1: keep: is empty, so every tag would go; say what stays");
    }

    @Test
    void valuesOfTheWrongKind() {
        assertThat(errors("retention:", "- repositories: a", "  keep: {last: ten, younger-than: 30}"))
                .containsExactly(
                        "r:3: retention 1: keep: last: \"ten\" is not a whole number from 1 to 2147483647",
                        "r:3: retention 1: keep: younger-than: \"30\" is not a duration; write it like 12h, 30d or 365d");
        assertThat(errors("quotas:", "- prefix: team", "  bytes: much", "  tags: -1"))
                .containsExactly(
                        "r:3: quotas 1: bytes: \"much\" is not a size; write it like 500MiB, 50GiB or 2TiB",
                        "r:4: quotas 1: tags: \"-1\" is not a whole number from 0 to 2147483647");
        assertThat(errors("retention:", "- repositories: a", "  keep: {last: 1}", "  immutable-too: maybe"))
                .containsExactly("r:4: retention 1: immutable-too: \"maybe\" is neither true nor false");
        assertThat(errors("immutable: team"))
                .containsExactly(
                        "r:1: immutable: is not a list; begin each rule with \"- \", and indent its other lines");
    }

    @Test
    void globsThatMatchNothing() {
        assertThat(errors("immutable:", "- repositories: Team", "  tags: 'v[0-9]'"))
                .containsExactly(
                        "r:2: immutable 1: repositories: \"Team\" has an upper-case letter, as no name of a repository can;"
                                + " write \"team\"",
                        "r:3: immutable 1: tags: \"v[0-9]\" is not a tag with wildcards; a tag has letters, digits, \"_\","
                                + " \".\" and \"-\" and begins with none of the last two; * stands for any number of"
                                + " characters, ? for one");
        assertThat(errors("immutable:", "- repositories: '${user}/**'", "  tags: v1"))
                .containsExactly(
                        "r:2: immutable 1: repositories: \"${user}/**\" names a user, and these rules are the same"
                                + " for all; write * in its place");
    }

    @Test
    void quotas() {
        assertThat(errors("quotas:", "- bytes: 1GiB"))
                .containsExactly(
                        "r:2: quotas 1: has no prefix; name the part of names before a /, or ** for all repositories");
        assertThat(errors("quotas:", "- prefix: team/*", "  bytes: 1GiB"))
                .containsExactly(
                        "r:2: quotas 1: prefix: \"team/*\" is not the beginning of names; write whole parts of them,"
                                + " such as team or team/app, without wildcards, or ** for all repositories");
        assertThat(errors("quotas:", "- prefix: team"))
                .containsExactly("r:2: quotas 1: limits nothing; write bytes, tags or repositories");
        assertThat(errors("quotas:", "- {prefix: a, tags: 1}", "- {prefix: a, tags: 2}"))
                .containsExactly("r:1: quotas: has two entries for a; keep one of them");
    }

    @Test
    void aRuleThatIsNeverReached() {
        assertThat(RulesText.read("""
                                retention:
                                - {repositories: '**', keep: {last: 1}}
                                - {repositories: 'a/*', keep: {last: 2}}
                                """, "r", "r").warnings())
                .extracting(Finding::toString)
                .containsExactly(
                        "r:3: retention 2: never decides anything: rule 1, line 2, has taken all of it; move it up,"
                                + " or remove it");
    }

    private static List<String> errors(String... lines) {
        RulesContents contents = RulesText.read(String.join("\n", lines), "r", "r");
        assertThat(contents.rules().isPresent()).isEqualTo(contents.errors().isEmpty());
        return contents.errors().stream().map(Finding::toString).toList();
    }
}
