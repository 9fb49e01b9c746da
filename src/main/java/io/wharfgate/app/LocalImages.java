package io.wharfgate.app;

import io.wharfgate.client.ImageRegistry;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.CatalogWalk;
import io.wharfgate.registry.Registry;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The images of the installation here, in a command's own process: only while no service runs on them. Whoever opens it closes it. */
public final class LocalImages implements ImageRegistry {

    private final ObjectStore store;
    private final Registry registry;

    private LocalImages(ObjectStore store, Registry registry) {
        this.store = store;
        this.registry = registry;
    }

    /**
     * Opens the storage that is configured.
     *
     * @throws IOException when the storage cannot be opened; the message says why
     */
    public static LocalImages open(WharfgateConfig config) throws IOException {
        ObjectStore store = Assembly.store(config);
        return new LocalImages(store, new Registry(store, config.registry()));
    }

    @Override
    public LocalRepository repository(RepositoryName name) {
        return new LocalRepository(registry, name);
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
        store.close();
    }
}
