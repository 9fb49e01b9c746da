package io.wharfgate.registry.rules;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.CatalogWalk;
import io.wharfgate.registry.Image;
import io.wharfgate.registry.Oversight;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A registry with rules over a store, without threads: a test counts and writes when it likes. */
final class RuledRegistry {

    final ObjectStore store;
    final QuotaLedger ledger;
    final PullTimes pulls;
    final Registry registry;
    private final Rules rules;
    private final Clock clock;

    private RuledRegistry(ObjectStore store, Rules rules, Clock clock) throws IOException {
        this.store = store;
        this.rules = rules;
        this.clock = clock;
        this.ledger = new QuotaLedger(clock);
        this.pulls = new PullTimes(store, clock);
        this.registry =
                new Registry(store, new RegistryConfig(true, false), new Oversight(rules::fixedBy, ledger, pulls));
        ledger.use(rules.quotas(), new UsageFile(store).read());
    }

    /** As after a start: with what was written down, and nothing counted. */
    static RuledRegistry on(ObjectStore store, Clock clock, String rules) throws IOException {
        RulesContents contents = RulesText.read(rules, "storage-rules.yaml", "storage-rules.yaml");
        return new RuledRegistry(
                store, contents.rules().orElseThrow(() -> new AssertionError(contents.errors())), clock);
    }

    RuledRegistry counted() throws IOException {
        count();
        return this;
    }

    void count() throws IOException {
        new QuotaCount(store, registry.holdings(), ledger).count();
    }

    void write() throws IOException {
        new UsageFile(store).write(ledger.statements());
        pulls.write(registry.holdings());
    }

    Tally.Totals totals(String prefix) {
        return statement(prefix).totals().orElseThrow();
    }

    QuotaLedger.Statement statement(String prefix) {
        return ledger.statements().stream()
                .filter(statement -> statement.quota().prefix().equals(prefix))
                .findFirst()
                .orElseThrow();
    }

    Output run(String task, String... arguments) throws IOException, InterruptedException {
        var output = new Output();
        var all = new java.util.TreeMap<String, String>();
        for (int i = 0; i < arguments.length; i += 2) {
            all.put(arguments[i], arguments[i + 1]);
        }
        output.code = task.equals("usage")
                ? new UsageTask(store, registry.holdings(), ledger).run(all, output)
                : new RetentionTask(store, registry, pulls, () -> rules, clock).run(all, output);
        return output;
    }

    /** A manifest without layers and with its config, in all of which there is {@code seed}. */
    static Digest push(Registry registry, RepositoryName name, String seed, Tag... tags) throws IOException {
        byte[] config = Image.bytes("{\"seed\":\"" + seed + "\"}");
        Image.pushBlob(registry, name, config);
        byte[] manifest = manifest(config);
        return registry.manifests()
                .put(name, tags[0], List.of(tags), Optional.of(MediaType.OCI_MANIFEST), manifest)
                .digest();
    }

    static byte[] manifest(byte[] config) {
        return Image.bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                + "\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
                + Digest.of(DigestAlgorithm.SHA256, config) + "\",\"size\":" + config.length + "},\"layers\":[]}");
    }

    /** What a prefix holds, by looking at the files of the layout alone. */
    static Tally.Totals naive(ObjectStore store, String prefix) throws IOException {
        Set<String> content = new HashSet<>();
        long tags = 0;
        long repositories = 0;
        CatalogWalk walk = new CatalogWalk(store);
        while (walk.hasNext()) {
            String name = walk.next().name().value();
            if (!(name + "/").startsWith(prefix.isEmpty() ? "" : prefix + "/")) {
                continue;
            }
            ObjectKey repository = new ObjectKey("docker/registry/v2/repositories/" + name);
            content.addAll(linked(store, repository.child("_layers/sha256")));
            Set<String> manifests = linked(store, repository.child("_manifests/revisions/sha256"));
            content.addAll(manifests);
            repositories += manifests.isEmpty() ? 0 : 1;
            for (String tag : store.names(repository.child("_manifests/tags"))) {
                tags += store.size(repository.child("_manifests/tags/" + tag + "/current/link"))
                                .isPresent()
                        ? 1
                        : 0;
            }
        }
        long bytes = 0;
        for (String hex : content) {
            bytes += store.size(new ObjectKey(
                            "docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data"))
                    .orElse(0);
        }
        return new Tally.Totals(bytes, tags, repositories);
    }

    private static Set<String> linked(ObjectStore store, ObjectKey directory) throws IOException {
        Set<String> linked = new HashSet<>();
        for (String hex : store.names(directory)) {
            if (store.size(directory.child(hex + "/link")).isPresent()) {
                linked.add(hex);
            }
        }
        return linked;
    }

    /** What a task said. */
    static final class Output implements TaskOutput {

        final List<String> lines = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        int code;

        @Override
        public void line(String text) {
            lines.add(text);
        }

        @Override
        public void warning(String text) {
            warnings.add(text);
        }

        @Override
        public void progress(String what, long done, long of) {}

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
