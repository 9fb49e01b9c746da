package io.wharfgate.registry;

import static io.wharfgate.registry.Image.bytes;
import static io.wharfgate.registry.Image.sha256;
import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The index of referrers, its pages, and how it comes about for what another registry wrote. */
class ReferrersTest {

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final String MANIFESTS = "docker/registry/v2/repositories/team/app/_manifests";
    private static final ObjectKey INDEX = new ObjectKey(MANIFESTS + "/referrers");
    private static final Digest SUBJECT = sha256(bytes("subject"));

    private final MemoryStore store = new MemoryStore();
    private final Registry registry = registry();

    @Test
    void theIndexIsCompletedFromWhatAnotherRegistryWrote() throws IOException {
        Digest first = push("one");
        push("no subject", "{\"plain\":1}");
        Digest second = push("two");
        store.deleteTree(INDEX);

        assertThat(list(registry())).containsExactlyElementsOf(sorted(first, second));
        assertThat(store.size(INDEX.child("scanned"))).isPresent();
    }

    @Test
    void whatHasBeenScannedIsNotReadAgain() throws IOException {
        Digest first = push("one");
        Digest second = push("two");
        store.deleteTree(INDEX);
        list(registry());

        // Were it read again, it would be back.
        store.delete(link(second));

        assertThat(list(registry())).containsExactly(first.toString());
    }

    @Test
    void whatAnotherRegistryPushesBesideUsIsFound() throws IOException {
        Digest first = push("one");
        assertThat(list(registry)).containsExactly(first.toString());

        Digest second = push(registry(), "two", artifact("two"));
        store.delete(link(second));

        assertThat(list(registry)).containsExactlyElementsOf(sorted(first, second));
    }

    @Test
    void damageToTheListOfScannedManifestsCostsAnotherScan() throws IOException {
        Digest first = push("one");
        store.deleteTree(INDEX);
        store.put(INDEX.child("scanned"), bytes(first + "\ngarbage"));

        assertThat(list(registry())).containsExactly(first.toString());
    }

    @Test
    void anEntryWithoutItsManifestMeansNothing() throws IOException {
        Digest first = push("one");
        Digest lost = sha256(bytes("never pushed"));
        store.put(link(lost), bytes(lost.toString()));
        store.put(new ObjectKey(INDEX + "/sha256/" + SUBJECT.hex() + "/sha256/nonsense/link"), bytes("x"));

        assertThat(list(registry)).containsExactly(first.toString());
        assertThat(page(1, null).more()).isFalse();
    }

    @Test
    void aReferrerThatAnotherRegistryPushesAfterItsDeletionIsFound() throws IOException {
        Digest first = push("one");
        push("two");
        list(registry);
        registry.manifests().delete(NAME, new Reference.ByDigest(first));

        push(registry(), "one", artifact("one"));
        store.delete(link(first));

        assertThat(list(registry)).contains(first.toString());
        assertThat(list(registry())).contains(first.toString());
    }

    @Test
    void nothingIsLeftOfARepositoryWithoutManifests() throws IOException {
        Digest first = push("one");
        list(registry());

        registry.manifests().delete(NAME, new Reference.ByDigest(first));

        assertThat(store.list(new ObjectKey(MANIFESTS))).isEmpty();
        assertThat(list(registry)).isEmpty();
    }

    @Test
    void damagedManifestsAndOddSubjectsAreNoReferrers() throws IOException {
        push("odd", "{\"subject\":\"" + SUBJECT + "\"}");
        push("odder", "{\"subject\":{\"digest\":\"md5:x\"}}");
        push("oddest", "{\"subject\":[{\"digest\":\"" + SUBJECT + "\"}]}");
        Digest good = push("good");
        Digest damaged = push("damaged", "{\"n\":1}");
        store.deleteTree(INDEX);
        store.put(RegistryLayout.blobData(damaged), bytes("{\"n\":2}"));

        assertThat(list(registry())).containsExactly(good.toString());
    }

    @Test
    void aPageBeginsAfterAnyText() throws IOException {
        List<String> all = sorted(push("a"), push("b"), push("c"));

        assertThat(digests(page(2, null))).containsExactlyElementsOf(all.subList(0, 2));
        assertThat(page(2, null).more()).isTrue();
        assertThat(digests(page(2, all.get(1)))).containsExactly(all.get(2));
        assertThat(page(3, null).more()).isFalse();
        assertThat(digests(page(9, "a"))).containsExactlyElementsOf(all);
        assertThat(page(9, "z").items()).isEmpty();
        assertThat(page(0, null)).isEqualTo(new Page<>(List.of(), false));
        assertRefused(RegistryError.PAGINATION_NUMBER_INVALID, () -> page(-1, null));
    }

    @Test
    void aPageIsNoLargerThanAManifest() throws IOException {
        List<String> expected = sorted(push("a" + large()), push("b" + large()), push("c" + large()));

        List<String> found = new ArrayList<>();
        Page<Referrer> page = page(9, null);
        assertThat(page.items()).hasSize(2);
        found.addAll(digests(page));
        assertThat(page.more()).isTrue();
        found.addAll(digests(page(9, found.get(1))));

        assertThat(found).containsExactlyElementsOf(expected);
    }

    @Test
    void aTaggedManifestThatIsNoIndexIsNoListOfReferrers() throws IOException {
        String tag = "sha256-" + SUBJECT.hex();
        push(tag, "{\"manifests\":[{\"digest\":\"" + SUBJECT + "\"}]}");
        assertThat(list(registry)).isEmpty();

        store.put(new ObjectKey(MANIFESTS + "/tags/" + tag + "/current/link"), bytes(SUBJECT.toString()));
        assertThat(list(registry)).isEmpty();
    }

    private static String large() {
        return "x".repeat(1_500_000);
    }

    private Registry registry() {
        return new Registry(store, new RegistryConfig(true, false));
    }

    private Digest push(String tag) throws IOException {
        return push(registry, "t" + Math.floorMod(tag.hashCode(), 1000), artifact(tag));
    }

    private Digest push(String tag, String manifest) throws IOException {
        return push(registry, tag.replace(' ', '_'), manifest);
    }

    private static Digest push(Registry registry, String tag, String manifest) throws IOException {
        MediaType type = new MediaType("application/vnd.example+json");
        return registry.manifests()
                .put(NAME, new Tag(tag), List.of(), Optional.of(type), bytes(manifest))
                .digest();
    }

    private static String artifact(String note) {
        return "{\"subject\":{\"digest\":\"" + SUBJECT + "\"},\"annotations\":{\"note\":\"" + note + "\"}}";
    }

    private static ObjectKey link(Digest referrer) {
        return new ObjectKey(INDEX + "/sha256/" + SUBJECT.hex() + "/sha256/" + referrer.hex() + "/link");
    }

    private static List<String> sorted(Digest... digests) {
        TreeSet<String> sorted = new TreeSet<>();
        for (Digest digest : digests) {
            sorted.add(digest.toString());
        }
        return List.copyOf(sorted);
    }

    private static List<String> list(Registry registry) throws IOException {
        return digests(
                registry.referrers().page(NAME, SUBJECT, Optional.empty(), OptionalInt.empty(), Optional.empty()));
    }

    private Page<Referrer> page(int n, @Nullable String last) throws IOException {
        return registry.referrers().page(NAME, SUBJECT, Optional.empty(), OptionalInt.of(n), Optional.ofNullable(last));
    }

    private static List<String> digests(Page<Referrer> page) {
        return page.items().stream().map(one -> one.digest().toString()).toList();
    }
}
