package io.wharfgate.client.remote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wharfgate.client.Descriptor;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.StrictJson;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What refers to the manifests of one repository: by the registry's own list, and where it has none by an index under a tag made of
 * the digest, which clients keep (OCI distribution specification, "Referrers Tag Schema"). Thread-safe.
 */
final class RemoteReferrers {

    private static final int MOST_PAGES = 1000;

    private final RemoteRegistry registry;
    private final RemoteRepository repository;
    private final List<String> pull;

    RemoteReferrers(RemoteRegistry registry, RemoteRepository repository, List<String> pull) {
        this.registry = registry;
        this.repository = repository;
        this.pull = pull;
    }

    List<Descriptor> of(Digest subject) throws IOException {
        List<Descriptor> found = new ArrayList<>();
        Optional<URI> page = Optional.of(repository.uri("/referrers/" + subject));
        for (int pages = 0; page.isPresent() && pages < MOST_PAGES; pages++) {
            HttpCall call = HttpCall.of("GET", page.get()).with("Accept", MediaType.OCI_INDEX.value());
            Optional<Page> read = registry.retries().run(() -> read(call));
            if (read.isEmpty()) {
                return fallback(subject).map(Manifest::entries).orElse(List.of());
            }
            found.addAll(read.get().entries());
            page = read.get().next();
        }
        return found;
    }

    private record Page(List<Descriptor> entries, Optional<URI> next) {}

    /** Empty when the registry has no such list; of older ones some say so with another status than 404. */
    private Optional<Page> read(HttpCall call) throws IOException {
        try (HttpAnswer answer = registry.send(call, pull)) {
            if (answer.status() == 404 || answer.status() == 405 || answer.status() == 400) {
                return Optional.empty();
            }
            registry.expect(answer, 200);
            Manifest index =
                    Manifest.read(answer.bytes(Manifest.MAX_SIZE), Optional.of(MediaType.OCI_INDEX), Optional.empty());
            return Optional.of(new Page(index.entries(), registry.next(answer)));
        }
    }

    private Optional<Manifest> fallback(Digest subject) throws IOException {
        return repository.manifest(tag(subject)).filter(Manifest::isIndex);
    }

    private static Tag tag(Digest subject) {
        String hex = subject.hex();
        return new Tag(subject.algorithm().label() + "-" + hex.substring(0, Math.min(64, hex.length())));
    }

    /** The registry keeps no list, so we do: the index under the tag gets an entry more. */
    synchronized void list(Manifest referrer) throws IOException {
        Digest subject = referrer.subject().orElseThrow().digest();
        Map<Digest, Descriptor> entries = new LinkedHashMap<>();
        fallback(subject).ifPresent(old -> old.entries().forEach(entry -> entries.put(entry.digest(), entry)));
        if (entries.putIfAbsent(referrer.digest(), referrer.referrer()) != null) {
            return;
        }
        ObjectNode json = StrictJson.newObject();
        json.put("schemaVersion", 2);
        json.put("mediaType", MediaType.OCI_INDEX.value());
        ArrayNode manifests = json.putArray("manifests");
        entries.values().forEach(entry -> manifests.add(StrictJson.descriptor(entry)));
        repository.put(
                Manifest.read(StrictJson.write(json), Optional.of(MediaType.OCI_INDEX), Optional.empty()),
                Optional.of(tag(subject)));
    }
}
