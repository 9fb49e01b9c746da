package io.wharfgate.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been taken from repositories and can be had back for a while. A record says which links there were; the content
 * stays where it always was, and the collector takes what a record names for needed as long as the record is not too old. So
 * nothing is moved, and content that is pushed again meanwhile is simply in use again. Blocking; safe for use by any thread.
 */
public final class Trash {

    private static final Logger log = LoggerFactory.getLogger(Trash.class);

    private static final int MOST_ENTRIES = 10_000;
    private static final int LONGEST_RECORD = 16 << 20;
    private static final int DAY = 10;
    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectStore store;
    private final Clock clock;
    private final Supplier<Duration> window;

    Trash(ObjectStore store, Clock clock, Supplier<Duration> window) {
        this.store = store;
        this.clock = clock;
        this.window = window;
    }

    /** One link that there was. */
    public sealed interface Entry {

        /** What was linked. */
        Digest digest();

        /**
         * A manifest.
         *
         * @param target the content, which is the digest itself but for links of CNCF distribution's
         * @param mediaType the one that it was pushed with, where its content does not say the same
         */
        record Manifest(Digest digest, Digest target, Optional<String> mediaType) implements Entry {}

        /** A blob. */
        record Layer(Digest digest, Digest target) implements Entry {}

        /** A tag, and the manifest that it pointed to. */
        record Tagged(Tag tag, Digest digest) implements Entry {}
    }

    /** What was taken from a repository at one time. */
    public record Entries(RepositoryName repository, Instant time, List<Entry> entries) {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /** A record, and where it lies. */
    public record Stored(ObjectKey key, Entries record) {}

    /** Whether anything can be had back at all. */
    public boolean enabled() {
        return !window.get().isZero();
    }

    /** When that record is of no use any more. */
    public Instant end(Entries record) {
        return record.time().plus(window.get());
    }

    /**
     * Notes what is about to be taken from a repository. With a full disk it is not noted: deleting is what helps then.
     *
     * @return whether it can be had back
     */
    public boolean add(RepositoryName name, List<? extends Entry> entries) throws IOException {
        if (!enabled() || entries.isEmpty()) {
            return false;
        }
        Instant now = clock.instant();
        try {
            for (int from = 0; from < entries.size(); from += MOST_ENTRIES) {
                List<? extends Entry> some = entries.subList(from, Math.min(entries.size(), from + MOST_ENTRIES));
                store.put(key(now), write(new Entries(name, now, List.copyOf(some))));
            }
            return true;
        } catch (StorageFullException e) {
            log.warn("storage is full: what is deleted now cannot be had back repository={}", name);
            return false;
        }
    }

    /** The records, the oldest day first. For a walk: a record may be gone when it is read. */
    public List<ObjectKey> records() throws IOException {
        List<ObjectKey> keys = new ArrayList<>();
        for (ObjectStore.Child day : store.list(RegistryLayout.TRASH)) {
            ObjectKey below = RegistryLayout.TRASH.child(day.name());
            store.list(below).forEach(child -> keys.add(below.child(child.name())));
        }
        return keys;
    }

    /**
     * Reads a record; empty when it is gone.
     *
     * @throws IOException also when it cannot be understood: what it names must not be deleted for that
     */
    public Optional<Entries> read(ObjectKey key) throws IOException {
        byte[] content;
        try {
            content = store.read(key, LONGEST_RECORD);
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(JSON.readTree(content)));
        } catch (JsonProcessingException | RegistryException | DateTimeException | IllegalArgumentException e) {
            throw new IOException(
                    "the record " + key + " of what was deleted cannot be understood; if it is damaged, delete it", e);
        }
    }

    /** Forgets a record. */
    public void forget(ObjectKey key) throws IOException {
        store.delete(key);
    }

    private static ObjectKey key(Instant now) {
        String day = now.toString().substring(0, DAY);
        return RegistryLayout.TRASH.child(day).child(now.getEpochSecond() + "-" + UUID.randomUUID());
    }

    private static byte[] write(Entries record) {
        ObjectNode json = JSON.createObjectNode();
        json.put("repository", record.repository().value());
        json.put("time", record.time().toString());
        var entries = json.putArray("entries");
        for (Entry entry : record.entries()) {
            ObjectNode node = entries.addObject();
            if (entry instanceof Entry.Manifest manifest) {
                node.put("manifest", manifest.digest().toString());
                putTarget(node, manifest.digest(), manifest.target());
                manifest.mediaType().ifPresent(type -> node.put("mediaType", type));
            } else if (entry instanceof Entry.Layer layer) {
                node.put("layer", layer.digest().toString());
                putTarget(node, layer.digest(), layer.target());
            } else if (entry instanceof Entry.Tagged tagged) {
                node.put("tag", tagged.tag().value());
                node.put("target", tagged.digest().toString());
            }
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void putTarget(ObjectNode node, Digest digest, Digest target) {
        if (!target.equals(digest)) {
            node.put("target", target.toString());
        }
    }

    private static Entries parse(JsonNode json) {
        List<Entry> entries = new ArrayList<>();
        json.path("entries").forEach(node -> entries.add(entry(node)));
        return new Entries(
                new RepositoryName(json.path("repository").asText()),
                Instant.parse(json.path("time").asText()),
                entries);
    }

    private static Entry entry(JsonNode node) {
        if (node.has("manifest")) {
            Digest digest = Digest.parse(node.path("manifest").asText());
            return new Entry.Manifest(
                    digest,
                    target(node, digest),
                    Optional.of(node.path("mediaType").asText()).filter(type -> !type.isEmpty()));
        }
        if (node.has("layer")) {
            Digest digest = Digest.parse(node.path("layer").asText());
            return new Entry.Layer(digest, target(node, digest));
        }
        return new Entry.Tagged(
                new Tag(node.path("tag").asText()),
                Digest.parse(node.path("target").asText()));
    }

    private static Digest target(JsonNode node, Digest digest) {
        return node.has("target") ? Digest.parse(node.path("target").asText()) : digest;
    }
}
