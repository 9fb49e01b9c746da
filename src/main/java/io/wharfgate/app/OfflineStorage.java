package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.control.Tasks;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.rules.StorageRules;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.Map;

/** The storage in a command's own process, for as long as no service runs on it. Whoever opens it closes it. */
public final class OfflineStorage implements AutoCloseable {

    private final ObjectStore store;
    private final Registry registry;
    private final Tasks tasks;

    private OfflineStorage(ObjectStore store, Registry registry, Tasks tasks) {
        this.store = store;
        this.registry = registry;
        this.tasks = tasks;
    }

    /**
     * Opens the storage that is configured.
     *
     * @throws IOException when the storage cannot be opened; the message says why
     * @throws StartException when the storage rules have mistakes
     */
    public static OfflineStorage open(WharfgateConfig config) throws IOException, StartException {
        StorageOwner.allow(config.storage().root());
        ObjectStore store = Assembly.store(config);
        StorageRules rules = Assembly.storageRules(config, store);
        Registry registry = new Registry(store, config.registry(), rules.oversight());
        return new OfflineStorage(
                store, registry, new Tasks(StorageTasks.of(new Content.Stored(store, registry, rules), config, false)));
    }

    /** {@link Tasks#run}. */
    public int run(String task, Map<String, String> arguments, TaskOutput out) {
        return tasks.run(task, arguments, out);
    }

    @Override
    public void close() throws IOException {
        registry.close();
        store.close();
    }
}
