package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.auth.AuthConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstStartFaultTest {

    @Test
    void dataDirectoryThatCannotBeMadeIsNamedWithItsKeyAndWhatToDo(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        Path data = file.resolve("data");
        AuthConfig auth = new AuthConfig(
                "realm",
                data.resolve("htpasswd"),
                true,
                data.resolve("access.yaml"),
                AuthConfig.Challenge.AUTO,
                Duration.ZERO,
                true,
                new AuthConfig.Token(data.resolve("keys"), "test", Duration.ZERO, Duration.ZERO),
                data.resolve("tokens"));
        assertThatThrownBy(() -> FirstStart.ensureUsers(auth, data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("server.data-directory")
                .hasMessageContaining(data.toString())
                .hasMessageContaining("give it to the user");
    }
}
