package io.wharfgate.registry;

import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.Stamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What something that was read rests on: the stamps of all that was read for it. Gathered by one thread while it reads, then
 * asked by any, whether nobody has changed a thing since; that blocks on the storage.
 */
final class Evidence {

    private final ObjectStore store;
    private final List<Seen> seen = new ArrayList<>();
    private boolean sound = true;

    private record Seen(ObjectKey key, Stamp stamp) {}

    Evidence(ObjectStore store) {
        this.store = store;
    }

    /** What is at that key is read next. */
    void look(ObjectKey key) throws IOException {
        if (!sound) {
            return;
        }
        Optional<Stamp> stamp = store.stamp(key);
        if (stamp.isPresent()) {
            seen.add(new Seen(key, stamp.get()));
        } else {
            sound = false;
        }
    }

    /** Whether the storage could say of everything how it is to be known again. */
    boolean sound() {
        return sound;
    }

    /** Whether it would all be read the same again. */
    boolean holds() throws IOException {
        for (Seen one : seen) {
            if (!store.stamp(one.key).equals(Optional.of(one.stamp))) {
                return false;
            }
        }
        return sound;
    }
}
