package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.auth.personal.PersonalTokenEditor;
import io.wharfgate.auth.personal.TokenGrant;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of robots against the whole service. */
class PersonalTokenServiceTest {

    @TempDir
    private Path directory;

    private RunningService service;
    private PersonalTokenEditor editor;

    @BeforeEach
    void start() throws Exception {
        editor = new PersonalTokenEditor(directory.resolve("personal-tokens.json"), Clock.systemUTC());
        service = RunningService.Setup.in(directory).start();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aTokenPushesWhereItMayAndNowhereElse() throws Exception {
        RegistryClient robot = robot(create(List.of("team/*"), "pull", "push"));
        robot.pushImage("team/app", "1");
        assertThat(robot.get("/v2/team/app/manifests/1").statusCode()).isEqualTo(200);
        assertThat(robot.get("/v2/").statusCode()).isEqualTo(200);
        service.registry().client().pushImage("other/app", "1");
        assertError(robot.get("/v2/other/app/manifests/1"), 403, "DENIED");
        assertError(robot.post("/v2/other/app/blobs/uploads/", new byte[0]), 403, "DENIED");
        assertError(robot.get("/v2/team/app/deep/tags/list"), 403, "DENIED");
        assertError(robot.delete("/v2/team/app/manifests/1"), 403, "DENIED");
        assertError(robot.get("/v2/_catalog"), 403, "DENIED");
    }

    @Test
    void theCatalogHoldsWhatTheTokenMayList() throws Exception {
        service.registry().client().pushImage("team/app", "1");
        service.registry().client().pushImage("other/app", "1");
        RegistryClient robot = robot(create(List.of("team/*"), "list"));
        await().untilAsserted(() -> assertThat(RegistryClient.text(robot.get("/v2/_catalog")))
                .contains("team/app")
                .doesNotContain("other"));
    }

    @Test
    void aRevokedTokenIsOutWithinSeconds() throws Exception {
        var made = create(List.of("**"), "pull");
        RegistryClient robot = robot(made);
        assertThat(robot.get("/v2/").statusCode()).isEqualTo(200);
        editor.revoke(List.of(made.token().id()));
        await().untilAsserted(() -> assertThat(robot.get("/v2/").statusCode()).isEqualTo(401));
    }

    @Test
    void anExpiredTokenAndOneOfARemovedUserAreOut() throws Exception {
        var brief = editor.create(
                RunningService.USER,
                "",
                TokenGrant.parse(List.of("**"), List.of("pull")),
                Optional.of(Duration.ofMillis(1)));
        var made = create(List.of("**"), "pull");
        assertError(robot(brief).get("/v2/"), 401, "UNAUTHORIZED");
        assertThat(robot(made).get("/v2/").statusCode()).isEqualTo(200);
        assertError(client("somebody", made).get("/v2/"), 401, "UNAUTHORIZED");
        new HtpasswdEditor(directory.resolve("htpasswd")).remove(RunningService.USER);
        service.reload();
        assertError(robot(made).get("/v2/"), 401, "UNAUTHORIZED");
    }

    @Test
    void theLastUseIsWrittenWhenTheServiceStops() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        var made = create(List.of("**"), "pull");
        robot(made).get("/v2/");
        service.close();
        assertThat(editor.lastUses().get(made.token().id())).isAfter(before);
    }

    private PersonalTokenEditor.Created create(List<String> repositories, String... actions) throws Exception {
        var made = editor.create(
                RunningService.USER,
                "",
                TokenGrant.parse(repositories, List.of(actions)),
                Optional.of(Duration.ofDays(1)));
        service.reload();
        return made;
    }

    private RegistryClient robot(PersonalTokenEditor.Created made) throws Exception {
        return client(RunningService.USER, made);
    }

    private RegistryClient client(String user, PersonalTokenEditor.Created made) throws Exception {
        RegistryUnderTest registry = service.registry();
        return new RegistryUnderTest(
                        registry.base(), registry.trust(), user, made.text().reveal())
                .client();
    }
}
