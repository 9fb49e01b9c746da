package io.wharfgate.client.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginsTest {

    @TempDir
    Path home;

    private Login login(String json, String host) throws IOException {
        Path file = home.resolve(".docker/config.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
        return new DockerLogins(Map.of("HOME", home.toString(), "PATH", home + ":/usr/bin:/bin")).of(host);
    }

    private static String auth(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aKeptPasswordIsFound() throws IOException {
        String json = "{\"auths\":{\"r.example:5000\":{\"auth\":\"" + auth("alice:a:b") + "\"},"
                + "\"https://index.docker.io/v1/\":{\"auth\":\"" + auth("hub:x") + "\"},"
                + "\"azure.example\":{\"identitytoken\":\"it\"}}}";

        assertThat(login(json, "r.example:5000")).isEqualTo(new Login.Password("alice", Secret.of("a:b")));
        assertThat(login(json, "docker.io")).isEqualTo(new Login.Password("hub", Secret.of("x")));
        assertThat(login(json, "azure.example")).isEqualTo(new Login.IdentityToken(Secret.of("it")));
        assertThat(login(json, "r.example")).isEqualTo(new Login.Anonymous());
        assertThat(login(json, "r.example:5000").toString()).doesNotContain("a:b");
    }

    @Test
    void podmansFileIsReadToo() throws IOException {
        Path file = home.resolve(".config/containers/auth.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"auths\":{\"r.example\":{\"auth\":\"" + auth("bob:pw") + "\"}}}");

        assertThat(new DockerLogins(Map.of("HOME", home.toString())).of("r.example"))
                .isEqualTo(new Login.Password("bob", Secret.of("pw")));
    }

    @Test
    void aCredentialHelperIsAsked() throws IOException {
        Path helper = home.resolve("docker-credential-test");
        Files.writeString(helper, """
                #!/bin/sh
                read host
                [ "$1 $host" = 'get r.example' ] || exit 1
                echo '{"ServerURL":"r.example","Username":"carol","Secret":"pw"}'
                """);
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        String json = "{\"credHelpers\":{\"r.example\":\"test\",\"other.example\":\"test\"}}";

        // Java finds a program by its own PATH, so that the helper has to be named in full here.
        var asked = new CredentialHelper(Map.of("PATH", "/usr/bin:/bin")) {
            @Override
            String program(String name) {
                return home.resolve("docker-credential-" + name).toString();
            }
        };
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), json);
        var logins = new DockerLogins(Map.of("HOME", home.toString()), asked);

        assertThat(logins.of("r.example")).isEqualTo(new Login.Password("carol", Secret.of("pw")));
        assertThat(logins.of("other.example")).isEqualTo(new Login.Anonymous());
    }

    @Test
    void aHelperCannotBeAPath() {
        assertThatThrownBy(() -> login("{\"credHelpers\":{\"r.example\":\"../../bin/evil\"}}", "r.example"))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("no name that can be");
    }

    @Test
    void aBrokenFileIsToldWithoutWhatIsInIt() {
        assertThatThrownBy(() -> login("{\"auths\":{\"r.example\":{\"auth\":\"c2VjcmV0\"}}}", "r.example"))
                .hasMessageContaining("config.json")
                .hasMessageNotContaining("c2VjcmV0");
        assertThatThrownBy(() -> login("{", "r.example")).hasMessageContaining("config.json");
    }

    @Test
    void challengesAreReadAsTheyAreWritten() {
        List<AuthChallenge> found = AuthChallenge.parse(List.of(
                "Negotiate YII=, Basic realm=\"a \\\"b\\\", c\"",
                "bearer Realm = \"https://a.example/t\" , service=r.example, scope=\"repository:a:pull,push\""));

        assertThat(found).extracting(AuthChallenge::bearer).containsExactly(false, true);
        assertThat(found.get(0).parameter("realm")).contains("a \"b\", c");
        assertThat(found.get(1).parameters())
                .containsEntry("realm", "https://a.example/t")
                .containsEntry("service", "r.example")
                .containsEntry("scope", "repository:a:pull,push");
    }

    @Test
    void whateverAChallengeIsItIsRead() {
        String characters = "Bearer basic=\",\\ \t\u00ff";
        Fuzz.rounds(5000, random -> {
            var text = new StringBuilder();
            for (int i = random.nextInt(80); i > 0; i--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
            assertThat(AuthChallenge.parse(List.of(text.toString()))).hasSizeLessThan(80);
        });
    }
}
