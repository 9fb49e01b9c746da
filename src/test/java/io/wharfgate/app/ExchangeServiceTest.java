package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.client.CopyOptions;
import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageCopy;
import io.wharfgate.client.ImageSource;
import io.wharfgate.client.ImageTarget;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.MemoryImages;
import io.wharfgate.client.Progress;
import io.wharfgate.client.remote.Login;
import io.wharfgate.client.remote.Registries;
import io.wharfgate.client.remote.RemoteRegistry;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images move into a real service, within it, out of it, and into the storage of one that does not run. */
class ExchangeServiceTest {

    private static final Tag ONE = new Tag("1");
    private static final CopyOptions ALL = new CopyOptions(Optional.empty(), true, false, 2);

    @TempDir
    Path directory;

    private RunningService service;
    private RemoteRegistry registry;
    private final MemoryImages images = new MemoryImages();
    private final Counting counting = new Counting();

    @BeforeEach
    void start() throws Exception {
        service = RunningService.Setup.in(directory.resolve("service")).start();
        registry = open(RunningService.PASSWORD);
    }

    private RemoteRegistry open(String password) throws IOException {
        return open(password, List.of(service.authority()));
    }

    private RemoteRegistry open(String password, List<Path> authorities) throws IOException {
        return new Registries(counting)
                .open(
                        service.uri().getAuthority(),
                        new Registries.Access(
                                new Login.Password(RunningService.USER, Secret.of(password)), authorities, false));
    }

    @AfterEach
    void stop() {
        registry.close();
        service.close();
    }

    private static RepositoryName name(String text) {
        return RepositoryName.parse(text);
    }

    private void copy(ImageSource from, ImageTarget to) throws IOException {
        new ImageCopy(from, to, ALL, counting).copy(ONE, Optional.of(ONE));
    }

    private Manifest makeImages() throws IOException {
        Manifest amd = images.image("a", "");
        Manifest index = images.index("1", Map.of("amd64", amd, "arm64", images.image("b", "")));
        images.manifest(
                images.imageJson(
                        "sbom",
                        ",\"subject\":"
                                + MemoryImages.descriptor(
                                        index.mediaType().value(), index.digest(), index.content().length)),
                "");
        return index;
    }

    @Test
    void everythingArrivesAndComesBackWithTheSameDigests() throws IOException {
        Manifest index = makeImages();
        copy(images, registry.repository(name("team/app")));
        MemoryImages back = new MemoryImages();

        copy(registry.repository(name("team/app")), back);

        assertThat(back.manifests.keySet()).isEqualTo(images.manifests.keySet());
        assertThat(back.blobs.keySet()).isEqualTo(images.blobs.keySet());
        assertThat(back.tags).containsEntry(ONE, index.digest());
    }

    @Test
    void withinOneRegistryBlobsAreMountedAndTheCatalogShowsIt() throws IOException {
        makeImages();
        copy(images, registry.repository(name("team/app")));
        counting.outcomes.clear();

        copy(registry.repository(name("team/app")), registry.repository(name("other/app")));

        assertThat(counting.outcomes).containsOnlyKeys(Progress.Outcome.MOUNTED);
        assertThat(registry.catalog()).containsExactly(name("other/app"), name("team/app"));
    }

    @Test
    void aStorageWhoseServiceDoesNotRunTakesAndGivesThem() throws Exception {
        makeImages();
        service.close();
        var config = RunningService.Setup.in(directory.resolve("service")).config();
        MemoryImages back = new MemoryImages();

        try (LocalImages here = LocalImages.open(config)) {
            copy(images, here.repository(name("team/app")));
            copy(here.repository(name("team/app")), here.repository(name("other/app")));
            copy(here.repository(name("other/app")), back);

            assertThat(here.catalog()).containsExactly(name("other/app"), name("team/app"));
        }
        assertThat(back.manifests.keySet()).isEqualTo(images.manifests.keySet());
    }

    /** Whoever may change the files may change the rules as well; until he does they hold for him, too. */
    @Test
    void aStorageWhoseServiceDoesNotRunKeepsToItsRules() throws Exception {
        makeImages();
        service.close();
        Path root = directory.resolve("service");
        Files.writeString(root.resolve("storage-rules.yaml"), "quotas: [{prefix: small, bytes: 10}]");
        try (LocalImages here = LocalImages.open(RunningService.Setup.in(root).config())) {
            assertThatThrownBy(() -> copy(images, here.repository(name("small/app"))))
                    .isInstanceOf(ExchangeException.class)
                    .hasMessageContaining("small/app: the quota of small is 10 bytes");
            copy(images, here.repository(name("large/app")));
        }
        assertThat(Files.readString(root.resolve("registry/wharfgate/usage"))).startsWith("small 0 0 0");
    }

    @Test
    void aCertificateThatNobodyTrustsIsToldWithTheHostAndTheRemedy() throws IOException {
        makeImages();
        try (RemoteRegistry stranger = open(RunningService.PASSWORD, List.of())) {
            assertThatThrownBy(() -> copy(images, stranger.repository(name("team/app"))))
                    .isInstanceOf(ExchangeException.class)
                    .hasMessage("TLS: " + service.uri().getAuthority()
                            + ": its certificate is not trusted here. If the certificate is of an authority of your"
                            + " own, name that with --ca FILE");
        }
    }

    @Test
    void aWrongPasswordIsToldAtOnceWithoutIt() throws IOException {
        makeImages();
        try (RemoteRegistry stranger = open("wrong-horse-8")) {
            assertThatThrownBy(() -> copy(images, stranger.repository(name("team/app"))))
                    .isInstanceOf(ExchangeException.class)
                    .hasMessageContaining("docker login")
                    .hasMessageNotContaining("wrong-horse-8");
        }
    }

    /** What became of the blobs. */
    private static final class Counting implements Progress {

        final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

        @Override
        public void expect(int blobs, long bytes) {}

        @Override
        public void moved(long bytes) {}

        @Override
        public synchronized void done(Descriptor blob, Outcome outcome) {
            outcomes.merge(outcome, 1, Integer::sum);
        }

        @Override
        public void retrying(String why, Duration pause) {
            throw new AssertionError(why);
        }
    }
}
