package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.SettableClock;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random pushes, mounts and deletions, with collections in between, held against a plain account of what leads to what. What is
 * reachable is whole at any time; after a last collection nothing else is left.
 */
class CollectionModelTest {

    private static final List<String> REPOSITORIES = List.of("a", "a/b", "c");
    private static final int STEPS = 250;

    private final SettableClock clock = new SettableClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Map<String, Repository> model = new TreeMap<>();

    /** What the test knows of a repository: its tags, and what each manifest that it ever pushed leads to. */
    private static final class Repository {
        private final Map<String, Digest> tags = new TreeMap<>();
        private final Map<Digest, Set<Digest>> manifests = new HashMap<>();
        private final Map<Digest, Digest> subjects = new HashMap<>();
        private final Set<Digest> everManifest = new HashSet<>();

        /** Manifests and blobs that have to be there. */
        Set<Digest> reachable() {
            Set<Digest> reached = new HashSet<>();
            List<Digest> ahead = new ArrayList<>(tags.values());
            while (!ahead.isEmpty()) {
                Digest digest = ahead.remove(ahead.size() - 1);
                if (reached.add(digest) && manifests.containsKey(digest)) {
                    ahead.addAll(manifests.get(digest));
                    subjects.forEach((referrer, subject) -> {
                        if (subject.equals(digest) && manifests.containsKey(referrer)) {
                            ahead.add(referrer);
                        }
                    });
                }
            }
            return reached;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void keepsExactlyWhatIsReachable(long seed) throws IOException {
        Random random = new Random(seed);
        Fixture fixture = new Fixture(store, clock).threads(1 + (int) (seed % 3));
        REPOSITORIES.forEach(name -> model.put(name, new Repository()));
        for (int i = 0; i < STEPS; i++) {
            step(fixture, random);
            assertReachableIsThere("seed " + seed + " step " + i);
        }

        fixture.restart().collectForGood();

        assertReachableIsThere("seed " + seed);
        assertNothingElseIsThere("seed " + seed);
    }

    private void step(Fixture fixture, Random random) throws IOException {
        String name = REPOSITORIES.get(random.nextInt(REPOSITORIES.size()));
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> pushImage(fixture, random, name);
            case 3, 4 -> pushIndex(fixture, random, name);
            case 5 -> pushReferrer(fixture, random, name);
            case 6 -> retag(fixture, random, name);
            case 7 -> untag(fixture, random, name);
            case 8 -> delete(fixture, random, name);
            case 9 -> clock.advance(Duration.ofMinutes(random.nextInt(90)));
            case 10 -> fixture.restart();
            default -> {
                clock.advance(Duration.ofMinutes(random.nextInt(120)));
                fixture.collect();
                forgetWhatIsGone();
            }
        }
    }

    private void pushImage(Fixture fixture, Random random, String name) throws IOException {
        Digest config = fixture.blob(name, "config " + random.nextInt(4));
        Digest layer = random.nextInt(5) == 0
                ? fixture.blob(name, "large " + random.nextInt(3), DigestAlgorithm.SHA512)
                : pushOrMount(fixture, random, name);
        String text = Fixture.imageText(Optional.empty(), config, layer);
        pushed(name, tag(random), fixture, text, new HashSet<>(List.of(config, layer)), Optional.empty());
    }

    private Digest pushOrMount(Fixture fixture, Random random, String name) throws IOException {
        String content = "layer " + random.nextInt(6);
        String source = REPOSITORIES.get(random.nextInt(REPOSITORIES.size()));
        Digest digest = sha256(content);
        return fixture.registry.blobs().mount(new RepositoryName(name), new RepositoryName(source), digest)
                ? digest
                : fixture.blob(name, content);
    }

    private void pushIndex(Fixture fixture, Random random, String name) throws IOException {
        List<Digest> known = known(name);
        if (known.isEmpty()) {
            return;
        }
        Digest one = known.get(random.nextInt(known.size()));
        Digest other = known.get(random.nextInt(known.size()));
        Optional<String> tag = tag(random);
        Digest index = fixture.index(name, tag, one, other);
        note(name, tag, index, new HashSet<>(List.of(one, other)), Optional.empty());
    }

    private void pushReferrer(Fixture fixture, Random random, String name) throws IOException {
        List<Digest> known = known(name);
        Digest subject = known.isEmpty() ? sha256("none") : known.get(random.nextInt(known.size()));
        Digest config = fixture.blob(name, "{}");
        Digest layer = fixture.blob(name, "signature " + random.nextInt(3));
        String text = Fixture.imageText(Optional.of(subject), config, layer);
        Optional<String> tag = random.nextInt(6) == 0 ? tag(random) : Optional.empty();
        pushed(name, tag, fixture, text, new HashSet<>(List.of(config, layer)), Optional.of(subject));
    }

    private void pushed(
            String name,
            Optional<String> tag,
            Fixture fixture,
            String text,
            Set<Digest> content,
            Optional<Digest> subject)
            throws IOException {
        note(name, tag, fixture.put(name, tag, text), content, subject);
    }

    private void note(String name, Optional<String> tag, Digest digest, Set<Digest> content, Optional<Digest> subject) {
        Repository repository = repository(name);
        repository.manifests.put(digest, content);
        repository.everManifest.add(digest);
        subject.ifPresent(manifest -> repository.subjects.put(digest, manifest));
        tag.ifPresent(some -> repository.tags.put(some, digest));
    }

    private void retag(Fixture fixture, Random random, String name) throws IOException {
        Repository repository = repository(name);
        List<String> tags = List.copyOf(repository.tags.keySet());
        if (tags.isEmpty()) {
            return;
        }
        Digest digest = Objects.requireNonNull(repository.tags.get(tags.get(random.nextInt(tags.size()))));
        byte[] content = store.read(RegistryLayout.blobData(digest), 1 << 20);
        String tag = "t" + random.nextInt(5);
        fixture.put(name, Optional.of(tag), new String(content, StandardCharsets.UTF_8));
        repository.tags.put(tag, digest);
    }

    private void untag(Fixture fixture, Random random, String name) throws IOException {
        String tag = "t" + random.nextInt(5);
        if (repository(name).tags.remove(tag) != null) {
            fixture.untag(name, tag);
        }
    }

    private void delete(Fixture fixture, Random random, String name) throws IOException {
        Repository repository = repository(name);
        List<Digest> known = known(name);
        if (known.isEmpty()) {
            return;
        }
        Digest digest = known.get(random.nextInt(known.size()));
        try {
            fixture.delete(name, digest);
        } catch (RegistryException e) {
            assertThat(e.error()).isIn(RegistryError.MANIFEST_UNKNOWN, RegistryError.NAME_UNKNOWN);
        }
        repository.manifests.remove(digest);
        repository.tags.values().removeIf(digest::equals);
    }

    /** A manifest that was collected is known no more: it can be pushed again, but not be listed in an index. */
    private void forgetWhatIsGone() throws IOException {
        for (Map.Entry<String, Repository> entry : model.entrySet()) {
            for (Digest digest : List.copyOf(entry.getValue().manifests.keySet())) {
                if (store.size(RegistryLayout.revisionLink(new RepositoryName(entry.getKey()), digest))
                        .isEmpty()) {
                    entry.getValue().manifests.remove(digest);
                }
            }
        }
    }

    private void assertReachableIsThere(String when) throws IOException {
        for (Map.Entry<String, Repository> entry : model.entrySet()) {
            RepositoryName name = new RepositoryName(entry.getKey());
            Repository repository = entry.getValue();
            for (Map.Entry<String, Digest> tag : repository.tags.entrySet()) {
                assertThat(store.read(RegistryLayout.tagCurrentLink(name, new Tag(tag.getKey())), 200))
                        .as(when)
                        .asString()
                        .isEqualTo(tag.getValue().toString());
            }
            for (Digest digest : present(repository)) {
                ObjectKey link = repository.manifests.containsKey(digest)
                        ? RegistryLayout.revisionLink(name, digest)
                        : RegistryLayout.layerLink(name, digest);
                assertThat(store.size(link)).as(when + ": " + link).isPresent();
                assertThat(store.size(RegistryLayout.blobData(digest)))
                        .as(when + ": content of " + link)
                        .isPresent();
            }
        }
    }

    /** What is reachable, but for children of an index that somebody has deleted. */
    private static Set<Digest> present(Repository repository) {
        Set<Digest> present = new HashSet<>();
        for (Digest digest : repository.reachable()) {
            boolean child = repository.manifests.values().stream().anyMatch(content -> content.contains(digest));
            boolean manifest = repository.manifests.containsKey(digest);
            if (manifest || (child && !repository.everManifest.contains(digest))) {
                present.add(digest);
            }
        }
        return present;
    }

    private void assertNothingElseIsThere(String when) throws IOException {
        Set<String> expectedLinks = new TreeSet<>();
        Set<String> expectedContent = new TreeSet<>();
        for (Map.Entry<String, Repository> entry : model.entrySet()) {
            RepositoryName name = new RepositoryName(entry.getKey());
            for (Digest digest : present(entry.getValue())) {
                boolean manifest = entry.getValue().manifests.containsKey(digest);
                expectedLinks.add(
                        (manifest ? RegistryLayout.revisionLink(name, digest) : RegistryLayout.layerLink(name, digest))
                                .value());
                expectedContent.add(RegistryLayout.blobData(digest).value());
            }
        }
        Set<String> links = new TreeSet<>();
        Set<String> content = new TreeSet<>();
        for (String key : keys(store, new ObjectKey("docker"))) {
            if (key.startsWith("docker/registry/v2/blobs/")) {
                content.add(key);
            } else if (key.contains("/_layers/") || (key.contains("/revisions/") && key.endsWith("/link"))) {
                links.add(key);
            }
        }
        assertThat(links).as(when).isEqualTo(expectedLinks);
        assertThat(content).as(when).containsAll(expectedContent);
        // A child that somebody has deleted out of an index: the index still names its content.
        content.removeAll(expectedContent);
        assertThat(content).as(when).isSubsetOf(named());
    }

    private Set<String> named() {
        Set<String> named = new TreeSet<>();
        for (Repository repository : model.values()) {
            repository
                    .reachable()
                    .forEach(digest -> named.add(RegistryLayout.blobData(digest).value()));
        }
        return named;
    }

    private static List<String> keys(ObjectStore store, ObjectKey below) throws IOException {
        List<String> keys = new ArrayList<>();
        for (ObjectStore.Child child : store.list(below)) {
            ObjectKey key = below.child(child.name());
            if (child.container()) {
                keys.addAll(keys(store, key));
            } else {
                keys.add(key.value());
            }
        }
        return keys;
    }

    private Repository repository(String name) {
        return Objects.requireNonNull(model.get(name));
    }

    /** The manifests, in an order that the seed alone decides. */
    private List<Digest> known(String name) {
        return repository(name).manifests.keySet().stream()
                .sorted(Comparator.comparing(Digest::toString))
                .toList();
    }

    private static Optional<String> tag(Random random) {
        return random.nextInt(3) == 0 ? Optional.empty() : Optional.of("t" + random.nextInt(5));
    }

    private static Digest sha256(String text) {
        return Digest.of(DigestAlgorithm.SHA256, Fixture.bytes(text));
    }
}
