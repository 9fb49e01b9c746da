package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.SettableClock;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.FaultyObjectStore;
import io.wharfgate.storage.FaultyObjectStore.Fault;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies at each write of a collection, of the deletion of content and of an undeletion in turn. What a new process
 * finds is whole, and a later collection brings it to the same end as if nothing had happened.
 */
class CollectionCrashTest {

    private static final String APP = "team/app";
    private static final String OTHER = "other";

    /** What dies. */
    private enum Act {
        COLLECTION {
            @Override
            void run(Fixture fixture) throws IOException {
                fixture.collect();
            }
        },
        DELETION_OF_CONTENT {
            @Override
            void prepare(Fixture fixture) throws IOException {
                fixture.collect();
                fixture.clock.advance(Fixture.WINDOW.plusSeconds(1));
            }

            @Override
            void run(Fixture fixture) throws IOException {
                fixture.collect();
            }
        },
        UNDELETION {
            @Override
            void prepare(Fixture fixture) throws IOException {
                fixture.collect();
            }

            @Override
            void run(Fixture fixture) throws IOException {
                fixture.undelete(APP);
            }
        };

        void prepare(Fixture fixture) throws IOException {}

        abstract void run(Fixture fixture) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void inACollection(Fault fault) throws IOException {
        everywhere(Act.COLLECTION, fault);
    }

    @ParameterizedTest
    @EnumSource
    void inTheDeletionOfContent(Fault fault) throws IOException {
        everywhere(Act.DELETION_OF_CONTENT, fault);
    }

    @ParameterizedTest
    @EnumSource
    void inAnUndeletion(Fault fault) throws IOException {
        everywhere(Act.UNDELETION, fault);
    }

    private static void everywhere(Act act, Fault fault) throws IOException {
        boolean failed = true;
        int writes = 0;
        for (int nth = 1; failed; nth++) {
            SettableClock clock = new SettableClock();
            MemoryStore store = new MemoryStore(clock);
            Fixture before = new Fixture(store, clock);
            List<Digest> kept = fill(before);
            clock.advance(Duration.ofDays(2));
            act.prepare(before.restart());

            FaultyObjectStore dying = FaultyObjectStore.crashing(store, nth, fault);
            try {
                act.run(new Fixture(dying, clock));
            } catch (IOException e) {
                assertThat(dying.hasFailed()).isTrue();
            }
            failed = dying.hasFailed();
            writes = nth;

            Fixture after = new Fixture(store, clock);
            assertWhole(after, kept, act + " " + fault + " at write " + nth);
            // Elsewhere it would have to wait for the note to expire: there the number of the process tells nothing.
            store.delete(RegistryLayout.COLLECTING);
            if (act == Act.UNDELETION) {
                after.undelete(APP);
                assertThat(after.registry
                                .manifests()
                                .get(new RepositoryName(APP), new Tag("deleted"))
                                .digest())
                        .isNotNull();
                after.untag(APP, "deleted");
            }
            after.restart().collectForGood();
            assertWhole(after, kept, act + " " + fault + " at write " + nth + ", in the end");
            assertThat(objects(store))
                    .as(act + " " + fault + " at write " + nth)
                    .isEqualTo(expected(clock));
        }
        assertThat(writes).isGreaterThan(5);
    }

    /** @return the manifests that stay */
    private static List<Digest> fill(Fixture fixture) throws IOException {
        Digest child = fixture.untagged(APP, "child");
        Digest index = fixture.index(APP, Optional.of("latest"), child);
        Digest deleted = fixture.image(APP, "deleted", "deleted");
        fixture.referrer(APP, Optional.empty(), deleted, "one");
        fixture.delete(APP, deleted);
        fixture.untagged(APP, "untagged");
        fixture.untagged(OTHER, "child");
        fixture.registry.uploads().start(new RepositoryName(OTHER), DigestAlgorithm.SHA256);
        return List.of(child, index);
    }

    /** What a registry holds that only ever got what stays. */
    private static List<String> expected(SettableClock clock) throws IOException {
        MemoryStore store = new MemoryStore(clock);
        Fixture fixture = new Fixture(store, clock);
        fixture.index(APP, Optional.of("latest"), fixture.untagged(APP, "child"));
        return objects(store);
    }

    private static void assertWhole(Fixture fixture, List<Digest> kept, String when) throws IOException {
        assertThat(fixture.registry
                        .manifests()
                        .get(new RepositoryName(APP), new Tag("latest"))
                        .digest())
                .as(when)
                .isEqualTo(kept.get(1));
        for (Digest manifest : kept) {
            assertThat(fixture.hasManifest(APP, manifest)).as(when).isTrue();
        }
        for (String content : List.of("config of child", "layer of child")) {
            assertThat(fixture.hasBlob(APP, Digest.of(DigestAlgorithm.SHA256, Fixture.bytes(content))))
                    .as(when)
                    .isTrue();
        }
    }

    private static List<String> objects(ObjectStore store) throws IOException {
        List<String> keys = new ArrayList<>();
        collect(store, new ObjectKey("docker"), keys);
        collect(store, new ObjectKey("wharfgate"), keys);
        return keys;
    }

    private static void collect(ObjectStore store, ObjectKey below, List<String> keys) throws IOException {
        for (ObjectStore.Child child : store.list(below)) {
            ObjectKey key = below.child(child.name());
            if (child.container()) {
                collect(store, key, keys);
            } else if (!key.value().contains("/referrers/") && !key.equals(RegistryLayout.COLLECTED)) {
                keys.add(key.value());
            }
        }
    }
}
