package io.wharfgate.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectStoreContract;
import io.wharfgate.storage.StagedWrite;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends ObjectStoreContract {

    private static final ObjectKey KEY = new ObjectKey("key");

    private final MemoryStore store = new MemoryStore();

    @Override
    protected ObjectStore store() {
        return store;
    }

    @Test
    void aFullStoreKeepsWhatItHas() throws IOException {
        store.put(KEY, new byte[6]);
        store.capacity(10);

        assertThatExceptionOfType(StorageFullException.class)
                .isThrownBy(() -> store.put(new ObjectKey("more"), new byte[5]));
        assertThatExceptionOfType(StorageFullException.class).isThrownBy(() -> store.put(KEY, new byte[11]));

        store.put(KEY, new byte[10]);
        assertThat(store.size(KEY)).hasValue(10);
    }

    @Test
    void anAppendToAFullStoreKeepsNothingOfItAndCanBeTriedAgain() throws IOException {
        store.capacity(5);
        try (StagedWrite write = store.stage(KEY)) {
            write.append(ByteBuffer.allocate(3));
            assertThatExceptionOfType(StorageFullException.class)
                    .isThrownBy(() -> write.append(ByteBuffer.allocate(3)));
            assertThat(write.size()).isEqualTo(3);
            assertThat(store.size(KEY)).hasValue(3);

            store.capacity(100);
            write.append(ByteBuffer.allocate(3));
            assertThat(write.size()).isEqualTo(6);
        }
    }

    @Test
    void countsWhatIsThereAndNothingElse() throws IOException {
        store.put(KEY, new byte[3]);
        store.put(new ObjectKey("tree/a"), new byte[3]);
        try (StagedWrite write = store.stage(new ObjectKey("staged"))) {
            write.append(ByteBuffer.allocate(3));
            write.commit(KEY);
        }
        store.deleteTree(new ObjectKey("tree"));
        store.capacity(3);

        assertThatExceptionOfType(StorageFullException.class)
                .isThrownBy(() -> store.put(new ObjectKey("more"), new byte[1]));
        store.delete(KEY);
        store.put(new ObjectKey("more"), new byte[3]);
        assertThat(store.size(new ObjectKey("more"))).hasValue(3);
    }
}
