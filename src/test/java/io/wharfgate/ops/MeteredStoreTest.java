package io.wharfgate.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.metrics.Exposition;
import io.wharfgate.metrics.Metrics;
import io.wharfgate.metrics.Page;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectStoreContract;
import io.wharfgate.storage.StagedWrite;
import io.wharfgate.storage.StorageFullException;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A storage that is counted is a storage. */
class MeteredStoreTest extends ObjectStoreContract {

    private static final ObjectKey KEY = new ObjectKey("key");
    private static final String COUNT = "wharfgate_storage_operation_duration_seconds_count";

    private final Metrics metrics = new Metrics();
    private final MemoryStore memory = new MemoryStore();
    private final ObjectStore store = new MeteredStore(memory, metrics);

    @Override
    protected ObjectStore store() {
        return store;
    }

    private Page page() {
        return Page.parse(new String(Exposition.TEXT.page(metrics), StandardCharsets.UTF_8));
    }

    /** A default of the port, taken instead of what the driver knows better, would be slow or wrong and no test would fail. */
    @Test
    void everyMethodOfThePortIsPassedOn() throws NoSuchMethodException {
        for (Method method : ObjectStore.class.getMethods()) {
            assertThat(MeteredStore.class
                            .getMethod(method.getName(), method.getParameterTypes())
                            .getDeclaringClass())
                    .as(method.getName())
                    .isEqualTo(MeteredStore.class);
        }
    }

    @Test
    void operationsAndBytesAreCounted() throws IOException {
        store.put(KEY, new byte[10]);
        assertThat(store.read(KEY, 100)).hasSize(10);
        try (ObjectReader reader = store.open(KEY)) {
            assertThat(reader.read(ByteBuffer.allocate(4), 0)).isEqualTo(4);
            assertThat(reader.read(ByteBuffer.allocate(4), 10)).isEqualTo(-1);
        }
        try (StagedWrite write = store.stage(new ObjectKey("staged"))) {
            write.append(ByteBuffer.allocate(100));
            write.commit(new ObjectKey("blob"));
        }
        assertThat(page().sum(COUNT, "operation", "put")).isEqualTo(1);
        assertThat(page().sum(COUNT, "operation", "read")).isEqualTo(2);
        assertThat(page().sum(COUNT, "operation", "append")).isEqualTo(1);
        assertThat(page().sum(COUNT, "operation", "commit")).isEqualTo(1);
        assertThat(page().sum("wharfgate_storage_read_bytes_total")).isEqualTo(14);
        assertThat(page().sum("wharfgate_storage_written_bytes_total")).isEqualTo(110);
        assertThat(page().sum("wharfgate_storage_errors_total")).isZero();
    }

    @Test
    void noRoomIsAnErrorAndAbsenceIsNot() throws IOException {
        memory.capacity(5);
        assertThatThrownBy(() -> store.put(KEY, new byte[10])).isInstanceOf(StorageFullException.class);
        assertThatThrownBy(() -> store.open(KEY)).isInstanceOf(NoSuchObjectException.class);
        assertThat(page().sum("wharfgate_storage_errors_total", "operation", "put", "reason", "full"))
                .isEqualTo(1);
        assertThat(page().sum("wharfgate_storage_errors_total")).isEqualTo(1);
    }
}
