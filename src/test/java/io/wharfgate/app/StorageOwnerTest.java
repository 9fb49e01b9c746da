package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageOwnerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void theOwnerWrites() {
        assertThatCode(() -> StorageOwner.allow(directory)).doesNotThrowAnyException();
        assertThatCode(() -> StorageOwner.allow(directory.resolve("none"), "root"))
                .doesNotThrowAnyException();
        assertThatCode(() -> StorageOwner.allow(directory, "somebody")).doesNotThrowAnyException();
    }

    @Test
    void rootDoesNotWriteWhatIsAnothers() throws IOException {
        Path root = anothers();
        String owner = Files.getOwner(root).getName();
        assertThatThrownBy(() -> StorageOwner.allow(root, "root"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to " + owner)
                .hasMessageEndingWith("sudo -u " + owner);
    }

    /** A directory that is not root's: this one, or for tests that root runs one that he gives away. */
    private Path anothers() throws IOException {
        if (Files.getOwner(directory).getName().equals("root")) {
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
        return directory;
    }
}
