package io.wharfgate.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CatalogWalkTest {

    private static final String[] COMPONENTS = {"a", "a-b", "a.b", "a0", "a__b", "b", "blobs", "z"};

    @Test
    void repositoriesComeInTheOrderOfTheirNames() throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            MemoryStore store = new MemoryStore();
            TreeSet<String> expected = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                String name = name(random);
                expected.add(name);
                store.put(new ObjectKey(RegistryLayout.REPOSITORIES + "/" + name + "/_manifests/x"), new byte[1]);
            }
            List<String> found = new ArrayList<>();
            CatalogWalk walk = new CatalogWalk(store);
            while (walk.hasNext()) {
                CatalogWalk.Stop stop = walk.next();
                if (stop.repository()) {
                    found.add(stop.name().value());
                }
            }
            assertThat(found).as("seed " + seed).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void thePagesThatTheWalkHasPassedNeedNotWaitForItsEnd() throws Exception {
        MemoryStore memory = new MemoryStore();
        Registry registry = new Registry(memory, new RegistryConfig(true, false));
        for (int i = 0; i < 200; i++) {
            new Image("one").push(registry, new RepositoryName("a" + i), new Tag("t"));
        }
        memory.put(new ObjectKey(RegistryLayout.REPOSITORIES + "/z/x/_manifests/x"), new byte[1]);
        CountDownLatch stuck = new CountDownLatch(1);
        try (Registry restarted = new Registry(stuckAt("/z", memory, stuck), new RegistryConfig(true, false))) {
            restarted.open();

            Page<RepositoryName> page = restarted.catalog().page(OptionalInt.of(3), Optional.of("a1"));

            assertThat(page.items()).extracting(RepositoryName::value).containsExactly("a10", "a100", "a101");
            assertThat(page.more()).isTrue();
            stuck.countDown();
            assertThat(restarted
                            .catalog()
                            .page(OptionalInt.empty(), Optional.empty())
                            .items())
                    .hasSize(200);
        } finally {
            stuck.countDown();
        }
    }

    private static String name(Random random) {
        List<String> components = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            components.add(COMPONENTS[random.nextInt(COMPONENTS.length)]);
        }
        return String.join("/", components);
    }

    /** A store that does not answer what is below that directory before the latch is open. */
    private static ObjectStore stuckAt(String end, ObjectStore store, CountDownLatch latch) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("names")
                            && arguments[0].toString().endsWith(end)) {
                        latch.await();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
