package io.wharfgate.app;

import io.wharfgate.client.ImageRegistry;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.CatalogWalk;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.rules.StorageRules;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The images of the installation here, in a command's own process: only while no service runs on them. Whoever opens it closes it. */
public final class LocalImages implements ImageRegistry {

    private final Path root;
    private final ObjectStore store;
    private final StorageRules rules;
    private final Registry registry;
    private boolean counted;

    private LocalImages(Path root, ObjectStore store, StorageRules rules, Registry registry) {
        this.root = root;
        this.store = store;
        this.rules = rules;
        this.registry = registry;
    }

    /**
     * Opens the storage that is configured.
     *
     * @throws IOException when the storage cannot be opened; the message says why
     * @throws StartException when the storage rules have mistakes
     */
    public static LocalImages open(WharfgateConfig config) throws IOException, StartException {
        ObjectStore store = Assembly.store(config);
        StorageRules rules = Assembly.storageRules(config, store);
        return new LocalImages(
                config.storage().root(), store, rules, new Registry(store, config.registry(), rules.oversight()));
    }

    @Override
    public LocalRepository repository(RepositoryName name) {
        return new LocalRepository(this, name);
    }

    Registry registry() {
        return registry;
    }

    /** The registry, for what is to be written: quotas have been counted by then, which may take a while the first time. */
    synchronized Registry writable() throws IOException {
        if (!counted) {
            StorageOwner.allow(root);
            rules.count(registry);
            counted = true;
        }
        return registry;
    }

    @Override
    public List<RepositoryName> catalog() throws IOException {
        List<RepositoryName> names = new ArrayList<>();
        CatalogWalk walk = new CatalogWalk(store);
        while (walk.hasNext()) {
            CatalogWalk.Stop stop = walk.next();
            if (stop.repository()) {
                names.add(stop.name());
            }
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        registry.close();
        rules.close();
        store.close();
    }
}
