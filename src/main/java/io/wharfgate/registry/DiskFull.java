package io.wharfgate.registry;

import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Full storage is something that a client is told; how it is told is decided here. */
final class DiskFull {

    private static final Logger log = LoggerFactory.getLogger(DiskFull.class);

    private DiskFull() {}

    /** A write that gives something back. */
    @FunctionalInterface
    interface Write<T> {
        T run() throws IOException;
    }

    /** A write that gives nothing back. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    /** @throws RegistryException STORAGE_FULL when the write finds no room */
    static <T> T told(Write<T> write) throws IOException {
        try {
            return write.run();
        } catch (StorageFullException e) {
            log.error("storage is full; make room, clients can go on afterwards reason={}", e.getMessage());
            throw new RegistryException(RegistryError.STORAGE_FULL);
        }
    }

    /** @throws RegistryException STORAGE_FULL when the action finds no room */
    static void told(Action action) throws IOException {
        told(() -> {
            action.run();
            return true;
        });
    }
}
