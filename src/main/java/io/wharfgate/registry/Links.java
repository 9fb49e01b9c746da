package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes link files, which say that something is here and what it is. Safe for use by any thread. */
final class Links {

    private static final Logger log = LoggerFactory.getLogger(Links.class);
    private static final int LONGEST = 1024;

    private final ObjectStore store;

    Links(ObjectStore store) {
        this.store = store;
    }

    /**
     * What the link points to. One that is empty or damaged is as good as none: distribution writes links in place, and
     * a crash of its host leaves such files.
     */
    Optional<Digest> read(ObjectKey link) throws IOException {
        try {
            String text = new String(store.read(link, LONGEST), StandardCharsets.UTF_8);
            return Optional.of(Digest.parse(text.strip()));
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        } catch (ObjectTooLargeException | RegistryException e) {
            log.warn("link file is damaged and counts as missing; push again what it stands for path={}", link);
            return Optional.empty();
        }
    }

    void write(ObjectKey link, Digest target) throws IOException {
        store.put(link, target.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
