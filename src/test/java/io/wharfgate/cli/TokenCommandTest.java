package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path tokens;

    @BeforeEach
    void configure() throws Exception {
        tokens = directory.resolve("tokens.json");
        Path htpasswd = directory.resolve("users");
        new HtpasswdEditor(htpasswd).add("alice", Secret.of("secret"), HtpasswdEditor.LOWEST_COST);
        Files.writeString(
                directory.resolve("w.yaml"), "auth: {htpasswd: " + htpasswd + ", personal-tokens: " + tokens + "}\n");
    }

    @Test
    void createPrintsTheTokenAloneAndTellsTheRestElsewhere() throws Exception {
        Shell shell = run(
                0,
                "create",
                "-c",
                "w.yaml",
                "--user",
                "alice",
                "--repository",
                "team/*",
                "--repository",
                "x,y/**",
                "--actions",
                "push,pull",
                "--expires",
                "12h",
                "--name",
                "ci of team");
        assertThat(shell.out()).matches("wgt_[2-9a-z]{8}_[2-9a-z]{38}\\R");
        String id = shell.out().substring(4, 12);
        assertThat(shell.err())
                .contains(id, "alice", "pull,push", "team/*,x,y/**", tokens.toString())
                .doesNotContain(shell.out().strip());
        assertThat(Files.readString(tokens))
                .contains(id, "\"ci of team\"", "\"expires\"")
                .doesNotContain(shell.out().strip().substring(13));
    }

    @Test
    void theDefaultIsToPullEverywhereForNinetyDays() throws Exception {
        run(0, "create", "-c", "w.yaml", "--user", "alice");
        assertThat(Files.readString(tokens)).contains("\"repositories\":[\"**\"]", "\"actions\":[\"pull\"]");
        Shell list = run(0, "list", "-c", "w.yaml", "--json");
        var node = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(list.out())
                .get(0);
        assertThat(Instant.parse(node.get("expires").asText()))
                .isEqualTo(Instant.parse(node.get("created").asText()).plus(java.time.Duration.ofDays(90)));
        assertThat(node.has("sha256")).isFalse();
    }

    @Test
    void whoIsNoUserGetsNoToken() {
        Shell shell = run(1, "create", "-c", "w.yaml", "--user", "alise");
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("no user \"alise\"");
        assertThat(tokens).doesNotExist();
    }

    @Test
    void aFileAloneIsEnough() {
        Path other = directory.resolve("other.json");
        run(0, "create", "--user", "anybody", "--file", other.toString());
        assertThat(run(0, "list", "--file", other.toString()).out()).contains("anybody");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--expires=90",
                "--expires=0d",
                "--expires=99999d",
                "--expires=-1d",
                "--actions=read",
                "--actions=",
                "--repository=UPPER",
                "--repository=",
                "--name=a\nb"
            })
    void wrongUsage(String argument) {
        Shell shell = run(2, "create", "-c", "w.yaml", "--user", "alice", argument);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("wharfgate token create", "--help");
        assertThat(tokens).doesNotExist();
    }

    @Test
    void aUserIsNeeded() {
        assertThat(run(2, "create", "-c", "w.yaml").err()).contains("--user");
        assertThat(run(2).err()).contains("create", "list", "revoke");
        assertThat(run(2, "revoke", "-c", "w.yaml").err()).contains("ID");
    }

    @Test
    void listShowsATable() throws Exception {
        new HtpasswdEditor(directory.resolve("users")).add("bob", Secret.of("x"), HtpasswdEditor.LOWEST_COST);
        String id = idOf(run(0, "create", "-c", "w.yaml", "--user", "alice", "--expires", "never"));
        String other = idOf(run(0, "create", "-c", "w.yaml", "--user", "bob", "--name", "größe"));
        Files.writeString(directory.resolve("tokens.json.last-used"), other + " 2026-01-02T03:04:05Z\n");
        assertThat(run(0, "list", "-c", "w.yaml").out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("ID +USER +NAME +REPOSITORIES +ACTIONS +EXPIRES +LAST USED"),
                        line -> assertThat(line).matches(id + " +alice +- +\\*\\* +pull +never +never"),
                        line -> assertThat(line)
                                .matches(other + " +bob +größe +\\*\\* +pull +20\\S+Z +2026-01-02T03:04:05Z"));
        assertThat(run(0, "list", "-c", "w.yaml", "--user", "bob").out())
                .contains(other)
                .doesNotContain(id);
        assertThat(run(0, "list", "-c", "w.yaml", "--json").out()).contains("\"lastUsed\":\"2026-01-02T03:04:05Z\"");
    }

    @Test
    void listOfNothing() {
        Shell shell = run(0, "list", "-c", "w.yaml");
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("token create");
        assertThat(run(0, "list", "-c", "w.yaml", "--json").out().strip()).isEqualTo("[\n]");
    }

    @Test
    void revokeTakesATokenAway() {
        String id = idOf(run(0, "create", "-c", "w.yaml", "--user", "alice"));
        String other = idOf(run(0, "create", "-c", "w.yaml", "--user", "alice"));
        assertThat(run(0, "revoke", "-c", "w.yaml", id).out().strip()).isEqualTo("revoked token " + id);
        assertThat(run(1, "revoke", "-c", "w.yaml", id).err()).contains(id, "token list");
        assertThat(run(0, "list", "-c", "w.yaml").out()).contains(other).doesNotContain(id);
    }

    @Test
    void pushWithoutPullIsWarnedOf() {
        assertThat(run(0, "create", "-c", "w.yaml", "--user", "alice", "--actions", "push")
                        .err())
                .contains("warning");
    }

    @Test
    void aBrokenFileOrConfiguration() throws Exception {
        Files.writeString(tokens, "rubbish");
        assertThat(run(1, "list", "-c", "w.yaml").err()).contains(tokens.toString(), "line 1");
        assertThat(run(2, "list", "-c", "gone.yaml").err()).contains("gone.yaml");
    }

    private static String idOf(Shell created) {
        return created.out().substring(4, 12);
    }

    private Shell run(int expected, String... arguments) {
        var shell = new Shell(directory);
        String[] all = new String[arguments.length + 1];
        all[0] = "token";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertThat(shell.run(all)).as(shell.err() + shell.out()).isEqualTo(expected);
        return shell;
    }
}
