package io.wharfgate.registry.check;

import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.StagedWrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Where damaged things are put aside: a directory for each check, in it the keys that they were at, and beside each a note
 * of why. So all of it can be looked at, and moved back by hand. Nothing here is ever deleted by us.
 */
final class Quarantine {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private final ObjectStore store;
    private final Clock clock;
    private final ObjectKey place;

    Quarantine(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.place = RegistryLayout.QUARANTINE.child(NAME.format(clock.instant().atOffset(ZoneOffset.UTC)));
    }

    ObjectKey place() {
        return place;
    }

    /** Where that is put. */
    ObjectKey of(ObjectKey from) {
        return place.child(from.value());
    }

    /**
     * Moves something large, without reading it: a disk that cannot read a blob any more can still rename it.
     *
     * @throws io.wharfgate.storage.NoSuchObjectException when it is not there any more
     */
    void move(ObjectKey from, Finding why) throws IOException {
        note(from, why);
        try (StagedWrite whole = store.resume(from)) {
            whole.commit(of(from));
        }
    }

    /** Keeps a copy of something small, which is then replaced or deleted. */
    void keep(ObjectKey from, byte[] content, Finding why) throws IOException {
        note(from, why);
        store.put(of(from), content);
    }

    /** First the note: what is put aside is never without one. */
    private void note(ObjectKey from, Finding why) throws IOException {
        String text = "at: " + clock.instant() + "\nfrom: " + from + "\nof: " + why.subject() + "\nfound: "
                + why.kind().label() + ", " + why.detail() + "\n";
        store.put(new ObjectKey(of(from) + ".why"), text.getBytes(StandardCharsets.UTF_8));
    }
}
