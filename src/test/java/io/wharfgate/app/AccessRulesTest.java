package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One host, one access file: who may pull and push what, while the file changes. */
class AccessRulesTest {

    private static final String RULES = """
            rules:
            - {users: anonymous, repositories: 'public/**', actions: [pull, list]}
            - {users: alice, repositories: ['public/**', 'team/**'], actions: all}
            - {users: bob, repositories: 'team/**', actions: pull}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunningService service;

    @BeforeEach
    void start() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory).plain();
        for (String user : new String[] {"alice", "bob", "carol"}) {
            setup.addUser(user, user + "-password");
        }
        rules(RULES);
        service = setup.start();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private void rules(String text) throws IOException {
        Files.writeString(directory.resolve("access.yaml"), text);
    }

    private RegistryClient as(String user) throws Exception {
        URI base = URI.create("http://localhost:" + service.service().port());
        return new RegistryClient(new RegistryUnderTest(base, SSLContext.getDefault(), user, user + "-password"));
    }

    @Test
    void aliceMayPushBobMayNotAndTheAnonymousMayPullWhatIsPublic() throws Exception {
        as("alice").pushImage("public/x", "1");
        as("alice").pushImage("team/x", "1");
        assertThat(as("bob").get("/v2/team/x/manifests/1").statusCode()).isEqualTo(200);
        assertThat(as("bob").post("/v2/team/x/blobs/uploads/", new byte[0]).statusCode())
                .isEqualTo(403);
        assertThat(as("carol").get("/v2/team/x/manifests/1").statusCode()).isEqualTo(403);
        assertThat(as("carol").get("/v2/public/x/manifests/1").statusCode()).isEqualTo(200);
        assertThat(as("alice").anonymously("GET", "/v2/public/x/manifests/1").statusCode())
                .isEqualTo(200);
        assertThat(as("alice").anonymously("GET", "/v2/team/x/manifests/1").statusCode())
                .isEqualTo(401);
        assertThat(as("alice")
                        .anonymously("POST", "/v2/public/x/blobs/uploads/")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aDenialNamesTheRuleToUsersAndNothingToTheAnonymous() throws Exception {
        HttpResponse<byte[]> bob = as("bob").post("/v2/team/x/blobs/uploads/", new byte[0]);
        assertThat(RegistryClient.text(bob))
                .contains("no rule of access.yaml allows push")
                .doesNotContain(directory.toString());
        HttpResponse<byte[]> anonymous = as("bob").anonymously("GET", "/v2/team/x/manifests/1");
        assertThat(RegistryClient.text(anonymous)).doesNotContain("rule", "access.yaml");
    }

    @Test
    void theCatalogHoldsWhatItsReaderMayList() throws Exception {
        as("alice").pushImage("public/x", "1");
        as("alice").pushImage("team/x", "1");
        assertThat(RegistryClient.text(as("alice").get("/v2/_catalog"))).contains("public/x", "team/x");
        assertThat(RegistryClient.text(as("carol").get("/v2/_catalog")))
                .contains("public/x")
                .doesNotContain("team/x");
    }

    @Test
    void aMountNeedsPullOnItsSource() throws Exception {
        rules(RULES + "\n- {users: carol, repositories: 'carol/**', actions: all}\n");
        service.reload();
        var digest = as("alice").pushBlob("team/x", new byte[] {1, 2, 3});
        String mount = "/v2/carol/x/blobs/uploads/?from=team/x&mount=" + digest;
        assertThat(as("carol").post(mount, new byte[0]).statusCode()).isEqualTo(202);
    }

    @Test
    void changedRulesAreInForceAtOnceWhenToldAndSoonWhenNot() throws Exception {
        assertThat(as("carol").get("/v2/team/x/tags/list").statusCode()).isEqualTo(403);
        rules("rules:\n- {users: carol, repositories: '**', actions: all}\n");
        service.reload();
        assertThat(as("carol").get("/v2/team/x/tags/list").statusCode()).isEqualTo(404);
        assertThat(as("alice").get("/v2/team/x/tags/list").statusCode()).isEqualTo(403);
        rules(RULES);
        await().untilAsserted(() ->
                assertThat(as("carol").get("/v2/team/x/tags/list").statusCode()).isEqualTo(403));
    }

    @Test
    void aBrokenOrMissingFileChangesNothing() throws Exception {
        rules("rules:\n- {users: carol, repositories: '**', action: all}\n");
        service.reload();
        assertThat(as("carol").get("/v2/team/x/tags/list").statusCode()).isEqualTo(403);
        Files.delete(directory.resolve("access.yaml"));
        service.reload();
        assertThat(as("carol").get("/v2/team/x/tags/list").statusCode()).isEqualTo(403);
        assertThat(as("bob").get("/v2/team/x/tags/list").statusCode()).isEqualTo(404);
    }

    @Test
    void theServiceDoesNotStartWithRulesThatNobodyUnderstands() throws IOException {
        rules("rules:\n- {users: carol, repositories: '**', action: all}\n");
        Wharfgate other =
                Wharfgate.of(RunningService.Setup.in(directory).plain().config());
        assertThatThrownBy(other::start)
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll("auth.access", "access.yaml:2: rule 1: action: unknown key");
    }
}
