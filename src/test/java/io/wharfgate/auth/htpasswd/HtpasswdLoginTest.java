package io.wharfgate.auth.htpasswd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.auth.Login;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts together: a file, its editor, and logins while it changes. */
class HtpasswdLoginTest {

    private static final AuthenticationResult ALICE = new AuthenticationResult.Accepted(Login.byPassword("alice"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private HtpasswdEditor editor;

    @SuppressWarnings("NullAway.Init")
    private HtpasswdFile file;

    @SuppressWarnings("NullAway.Init")
    private BasicAuthenticator authenticator;

    @BeforeEach
    void open() throws IOException {
        Path path = directory.resolve("htpasswd");
        editor = new HtpasswdEditor(path);
        editor.add("alice", Secret.of("first"), HtpasswdEditor.LOWEST_COST);
        file = HtpasswdFile.open(path);
        authenticator = BasicAuthenticator.of(file);
    }

    @AfterEach
    void close() {
        authenticator.close();
    }

    @Test
    void theRightPasswordOnly() throws Exception {
        assertThat(login("alice", "first")).isEqualTo(ALICE);
        assertThat(login("alice", "second")).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(login("bob", "first")).isInstanceOf(AuthenticationResult.Rejected.class);
    }

    @Test
    void aChangedPasswordCountsFromTheReloadOn() throws Exception {
        assertThat(login("alice", "first")).isEqualTo(ALICE);
        editor.changePassword("alice", Secret.of("second"), HtpasswdEditor.LOWEST_COST);
        assertThat(login("alice", "first")).isEqualTo(ALICE);
        assertThat(file.reload()).isInstanceOf(Reload.Loaded.class);
        assertThat(login("alice", "first")).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(login("alice", "second")).isEqualTo(ALICE);
    }

    @Test
    void aRemovedUserIsOutFromTheReloadOn() throws Exception {
        assertThat(login("alice", "first")).isEqualTo(ALICE);
        editor.remove("alice");
        assertThat(file.reload()).isInstanceOf(Reload.Loaded.class);
        assertThat(login("alice", "first")).isInstanceOf(AuthenticationResult.Rejected.class);
    }

    private AuthenticationResult login(String user, String password) throws Exception {
        String token = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return authenticator
                .authenticate(Optional.of("Basic " + token), InetAddress.getLoopbackAddress())
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }
}
