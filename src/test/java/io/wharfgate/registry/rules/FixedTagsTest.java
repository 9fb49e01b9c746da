package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.Registry;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FixedTagsTest {

    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final Tag FIXED = new Tag("v1");
    private static final Tag FREE = new Tag("latest");

    private final MemoryStore store = new MemoryStore();

    @SuppressWarnings("NullAway.Init")
    private Registry registry;

    @SuppressWarnings("NullAway.Init")
    private Digest digest;

    @BeforeEach
    void open() throws IOException {
        registry = RuledRegistry.on(
                        store, Clock.systemUTC(), "immutable:\n- {repositories: 'team/**', tags: ['v*', rc]}\n")
                .registry;
        digest = RuledRegistry.push(registry, APP, "one", FIXED, FREE);
    }

    @Test
    void doNotMove() {
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> RuledRegistry.push(registry, APP, "two", FIXED))
                .withMessage(
                        "tag v1 of team/app is immutable (rule 1 of \"immutable\" in storage-rules.yaml, line 2) and"
                                + " points to another image; push under another tag")
                .satisfies(e -> assertThat(e.error()).isEqualTo(RegistryError.TAG_FIXED))
                .satisfies(e -> assertThat(e.detail()).containsEntry("current", digest.toString()));
    }

    @Test
    void takeTheSameManifestAgain() throws IOException {
        assertThat(RuledRegistry.push(registry, APP, "one", FIXED)).isEqualTo(digest);
    }

    @Test
    void doNotMoveBesideOthersEitherAndThenNoneDoes() throws IOException {
        refused(RegistryError.TAG_FIXED, () -> RuledRegistry.push(registry, APP, "two", new Tag("new"), FREE, FIXED));
        assertThat(registry.tags().current(APP, FREE)).contains(digest);
        assertThat(registry.tags().current(APP, new Tag("new"))).isEmpty();
    }

    @Test
    void areNotDeleted() throws IOException {
        refused(RegistryError.UNSUPPORTED, () -> registry.manifests().delete(APP, FIXED));
        refused(RegistryError.UNSUPPORTED, () -> registry.manifests().delete(APP, new Reference.ByDigest(digest)));
        assertThat(registry.tags().current(APP, FREE)).contains(digest);
        registry.manifests().delete(APP, FREE);
    }

    @Test
    void thatAreNotThereAreNotFound() {
        refused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().delete(APP, new Tag("v9")));
    }

    @Test
    void elsewhereAreTagsAsAllOthers() throws IOException {
        RepositoryName other = new RepositoryName("other");
        RuledRegistry.push(registry, other, "one", FIXED);
        RuledRegistry.push(registry, other, "two", FIXED);
        registry.manifests().delete(other, FIXED);
    }

    private static void refused(RegistryError error, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.error()).isEqualTo(error));
    }
}
