package io.wharfgate.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps root's commands from writing into the storage of a service that runs as another user: it could neither change nor delete what
 * they leave. Who is no one's superuser meets the file system's own errors.
 */
final class StorageOwner {

    private static final String SUPERUSER = "root";

    private StorageOwner() {}

    /**
     * Allows what is about to be written by this process.
     *
     * @throws IOException when root would write what another user owns; the message says what to do
     */
    static void allow(Path root) throws IOException {
        allow(root, System.getProperty("user.name", ""));
    }

    static void allow(Path root, String user) throws IOException {
        if (!user.equals(SUPERUSER) || Files.notExists(root)) {
            return;
        }
        String owner = Files.getOwner(root).getName();
        if (!owner.equals(SUPERUSER)) {
            throw new IOException("the storage " + root + " belongs to " + owner
                    + ", and a service that runs as that user could not change what root leaves there;"
                    + " put before the command: sudo -u " + owner);
        }
    }
}
