package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.yaml.FileText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictYamlTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n", "# nothing\n", "---\n", "{}", "server:\n", "server: {}\ntls:\nlog: ~\n", "null\n"})
    void aFileWithoutAnyValueMeansTheDefaults(String text) throws ConfigurationException {
        WharfgateConfig defaults = Fixture.in(directory).config();
        assertThat(Fixture.in(directory).file(text).config()).isEqualTo(defaults);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstKey() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("\uFEFFlog:", "  level: debug")
                        .config()
                        .log()
                        .level())
                .isEqualTo(LogConfig.Level.DEBUG);
    }

    @Test
    void windowsLineEndsAreFine() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("log:\r", "  level: debug\r", "")
                        .config()
                        .log()
                        .level())
                .isEqualTo(LogConfig.Level.DEBUG);
    }

    @Test
    void otherEncodingsAreRefusedWithTheirLine() {
        assertThat(Fixture.in(directory)
                        .bytes("auth:\n  realm: Schl\u00f6sser\n".getBytes(StandardCharsets.ISO_8859_1))
                        .mistakes())
                .containsExactly("etc/w.yaml:2: is not UTF-8 text; save the file as UTF-8");
        assertThat(Fixture.in(directory)
                        .bytes("log: {}".getBytes(StandardCharsets.UTF_16))
                        .mistakes())
                .containsExactly("etc/w.yaml:1: is not UTF-8 text; save the file as UTF-8");
    }

    @Test
    void aSecondDocumentIsRefused() {
        assertThat(Fixture.in(directory).file("log: {}", "---", "ops: {}").mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:3: a second YAML document starts here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b", "just text", "42", "[server]"})
    void whatIsNoSectionIsNoConfiguration(String text) {
        assertThat(Fixture.in(directory).file(text).mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:1: is not a configuration");
    }

    @Test
    void aliasesAreRefusedAndNotFollowed() {
        assertThat(Fixture.in(directory)
                        .file("log: &a {level: info}", "ops: *a", "auth:", "  realm: *b")
                        .mistakes())
                .hasSizeGreaterThanOrEqualTo(2)
                .anyMatch(line -> line.startsWith("etc/w.yaml:2: ops: YAML aliases (*name) are not supported"))
                .anyMatch(line -> line.startsWith("etc/w.yaml:4: auth.realm: YAML aliases (*name) are not supported"));
    }

    @Test
    void tagsAreRefused() {
        assertThat(Fixture.in(directory)
                        .file("auth:", "  realm: !!java.net.URL [http://localhost]", "log:", "  level: !!str info")
                        .mistakes())
                .anyMatch(line -> line.startsWith("etc/w.yaml:2: auth.realm: YAML tags"))
                .anyMatch(line -> line.startsWith("etc/w.yaml:4: log.level: YAML tags"));
    }

    @Test
    void depthIsLimited() {
        assertThat(Fixture.in(directory).file("a: " + "[".repeat(50_000)).mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:1: is nested more than 20 deep");
        assertThat(Fixture.in(directory).file("a: " + "{a: ".repeat(30)).mistakes())
                .singleElement()
                .asString()
                .contains("is nested more than 20 deep");
    }

    @Test
    void sizeIsLimited() {
        assertThat(Fixture.in(directory).bytes(new byte[FileText.MAX_BYTES + 1]).mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml: is larger than 1 MiB");
    }

    @Test
    void aFileFullOfUnknownKeysGivesABoundedNumberOfMistakes() {
        var text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            text.append("key").append(i).append(": 1\n");
        }
        assertThat(Fixture.in(directory).file(text.toString()).mistakes()).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log: \"x",
                "log: {level: info",
                "log: {level: info]",
                "log: @x",
                "log: `x",
                "log: level: info",
                "log:\n  level: info\n format: text",
                "log: \"\\xZZ\"",
                "? [a]\n: b",
                "log: \u0001",
                "%YAML 9.9\n---\nx",
                "log: [a, , b]",
                "log:\n  level info\n  format: text",
                "a: 1\n...\nfoo"
            })
    void whatIsNoYamlIsNamedWithItsLine(String text) {
        assertThat(Fixture.in(directory).file(text).mistakes())
                .singleElement()
                .asString()
                .matches("etc/w\\.yaml:\\d+: is not .+; .+");
    }

    @Test
    void aBrokenLineIsNotRepeated() {
        assertThat(Fixture.in(directory)
                        .file("upstream:", "  password: \"hunter2")
                        .mistakes()
                        .toString())
                .doesNotContain("hunter2");
    }

    @Test
    void numbersAndBooleansAreTextWhereTextBelongs() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("auth:", "  realm: 0x1F")
                        .config()
                        .auth()
                        .realm())
                .isEqualTo("0x1F");
        assertThat(Fixture.in(directory)
                        .file("auth:", "  realm: yes")
                        .config()
                        .auth()
                        .realm())
                .isEqualTo("yes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"realm: ''", "realm: ~", "realm: null", "realm: ' '", "realm:"})
    void aValueMayNotBeEmpty(String line) {
        assertThat(Fixture.in(directory).file("auth:", "  " + line).mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:2: auth.realm: has no value");
    }

    @Test
    void formsAreNotMixedUp() {
        assertThat(Fixture.in(directory)
                        .file(
                                "server: [a]",
                                "log: info",
                                "auth:",
                                "  realm: [a]",
                                "  htpasswd: {path: x}",
                                "tls:",
                                "  self-signed: true",
                                "storage:",
                                "  filesystem: /data")
                        .mistakes())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("etc/w.yaml:1: server: is a section"),
                        line -> assertThat(line).startsWith("etc/w.yaml:2: log: is a section"),
                        line -> assertThat(line).startsWith("etc/w.yaml:4: auth.realm: takes one value, but a list"),
                        line -> assertThat(line)
                                .startsWith("etc/w.yaml:5: auth.htpasswd: takes one value, but a section"),
                        line -> assertThat(line).startsWith("etc/w.yaml:7: tls.self-signed: takes a list"),
                        line -> assertThat(line).startsWith("etc/w.yaml:9: storage.filesystem: is a section"));
    }

    @Test
    void aListItemMayBeNeitherEmptyNorAList() {
        assertThat(Fixture.in(directory)
                        .file("tls:", "  self-signed:", "    - localhost", "    -", "    - [a]")
                        .mistakes())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("etc/w.yaml:4: tls.self-signed: has no value"),
                        line -> assertThat(line).startsWith("etc/w.yaml:5: tls.self-signed: takes one value"));
    }

    @Test
    void namesAreShownWithoutTheirControlCharacters() {
        assertThat(Fixture.in(directory).file("\"a\\nb\\e[31m\": 1").mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:1: a\\u000ab\\u001b[31m: unknown key");
    }
}
