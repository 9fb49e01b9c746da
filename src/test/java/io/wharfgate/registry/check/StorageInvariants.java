package io.wharfgate.registry.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.Registry;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** What must hold of a storage whatever has happened to the process: a check finds nothing but leftovers. */
public final class StorageInvariants {

    private StorageInvariants() {}

    /** No tag to nothing, no half manifest, no blob that is another, no index that is wrong. */
    public static void assertSound(ObjectStore store, Registry registry) {
        Findings out = new Findings();
        StorageCheck check = new StorageCheck(
                store, registry.mending(), Path.of("no", "such", "bookmark"), Clock.systemUTC(), Duration.ZERO);
        try {
            assertThat(check.run(Map.of("rate", "0", "restart", "true"), out))
                    .as(out.text())
                    .isZero();
        } catch (IOException e) {
            throw new AssertionError("the storage cannot be checked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        assertThat(out.warnings).isEmpty();
    }
}
