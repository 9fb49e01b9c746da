package io.wharfgate.storage;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What {@link ObjectStore} promises. Every driver passes this. */
public abstract class ObjectStoreContract {

    private static final ObjectKey KEY = new ObjectKey("some/where/object");
    private static final ObjectKey OTHER = new ObjectKey("else/where/object");

    /** The store under test; empty at the start of each test. */
    protected abstract ObjectStore store();

    @Test
    void findsNothingWhereNothingIs() throws IOException {
        assertThat(store().size(KEY)).isEmpty();
        assertThat(store().list(new ObjectKey("some"))).isEmpty();
        assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store().read(KEY, 10));
        assertThatExceptionOfType(NoSuchObjectException.class)
                .isThrownBy(() -> store().open(KEY))
                .withMessageContaining(KEY.value());
        assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store().resume(KEY));
    }

    @Test
    void namesAreThoseOfTheList() throws IOException {
        for (String name : List.of("b", "a/below", "a-b", "A", "_")) {
            store().put(new ObjectKey("some/" + name), bytes("x"));
        }

        assertThat(store().names(new ObjectKey("some"))).containsExactlyInAnyOrder("A", "_", "a", "a-b", "b");
        assertThat(store().names(new ObjectKey("some/b"))).isEmpty();
        assertThat(store().names(new ObjectKey("none"))).isEmpty();
    }

    @Test
    void aVersionIsNotTheSameAfterAChange() throws IOException {
        ObjectKey some = new ObjectKey("some");
        store().put(some.child("a"), bytes("x"));
        Optional<String> before = store().version(some);
        store().put(some.child("b"), bytes("x"));
        Optional<String> after = store().version(some);

        assertThat(before.isPresent() && before.equals(after)).isFalse();
    }

    @Test
    void aStampIsNotTheSameAfterAChange() throws IOException {
        ObjectKey some = new ObjectKey("some");
        store().put(some.child("a"), bytes("x"));
        Optional<Stamp> object = store().stamp(some.child("a"));
        Optional<Stamp> container = store().stamp(some);
        store().put(some.child("a"), bytes("y"));
        store().put(some.child("b"), bytes("x"));

        assertThat(object.isPresent() && object.equals(store().stamp(some.child("a"))))
                .isFalse();
        assertThat(container.isPresent() && container.equals(store().stamp(some)))
                .isFalse();
        assertThat(store().stamp(some.child("none"))).isEmpty();
        assertThat(store().stamp(some.child("a/below"))).isEmpty();
    }

    @Test
    void deletesManyTogether() throws IOException {
        ObjectKey some = new ObjectKey("some");
        for (String name : List.of("a/x", "a/y", "b/x", "c")) {
            store().put(some.child(name), bytes("x"));
        }

        BulkDeletion deletion = store().deleteMany();
        deletion.delete(some.child("a/x"));
        deletion.delete(some.child("b/x"));
        deletion.delete(some.child("none"));
        assertThat(store().names(some)).containsExactlyInAnyOrder("a", "c");
        deletion.finish();
        deletion.delete(some.child("a/y"));
        deletion.delete(some.child("c"));
        deletion.finish();
        assertThat(store().names(new ObjectKey("some"))).isEmpty();
    }

    @Test
    void prunesNothingThatIsThere() throws IOException {
        store().put(new ObjectKey("some/a/b/c"), bytes("x"));

        store().prune(new ObjectKey("some"));
        store().prune(new ObjectKey("some/a/b"));
        store().prune(new ObjectKey("none"));

        assertThat(store().size(new ObjectKey("some/a/b/c"))).hasValue(1);
    }

    @Test
    void whatIsCommittedWhereItIsAlreadyCountsAsWrittenNow() throws IOException {
        store().put(KEY, bytes("x"));
        Instant first = store().modified(KEY).orElseThrow();
        while (!Instant.now().isAfter(first.plusMillis(20))) {
            Thread.onSpinWait();
        }
        try (StagedWrite write = store().stage(OTHER)) {
            write.append(ByteBuffer.wrap(bytes("x")));
            write.commit(KEY);
        }

        assertThat(store().modified(KEY).orElseThrow()).isAfter(first);
    }

    @Test
    void givesBackWhatWasPut() throws IOException {
        store().put(KEY, bytes("content"));

        assertThat(store().size(KEY)).hasValue(7);
        assertThat(text(KEY)).isEqualTo("content");
    }

    @Test
    void tellsWhenAnObjectWasWritten() throws IOException {
        Instant before = Instant.now().minusSeconds(2);
        store().put(KEY, bytes("content"));
        try (StagedWrite write = store().stage(OTHER)) {
            write.append(ByteBuffer.wrap(bytes("more")));
        }

        assertThat(store().modified(KEY))
                .get(as(InstanceOfAssertFactories.INSTANT))
                .isBetween(before, Instant.now().plusSeconds(2));
        assertThat(store().modified(OTHER))
                .get(as(InstanceOfAssertFactories.INSTANT))
                .isBetween(before, Instant.now().plusSeconds(2));
        assertThat(store().modified(new ObjectKey("no/such"))).isEmpty();
    }

    @Test
    void keepsAnEmptyObject() throws IOException {
        store().put(KEY, new byte[0]);

        assertThat(store().size(KEY)).hasValue(0);
        assertThat(store().read(KEY, 0)).isEmpty();
        try (ObjectReader reader = store().open(KEY)) {
            assertThat(reader.read(ByteBuffer.allocate(1), 0)).isEqualTo(-1);
        }
    }

    @Test
    void putReplaces() throws IOException {
        store().put(KEY, bytes("a long first content"));
        store().put(KEY, bytes("second"));

        assertThat(text(KEY)).isEqualTo("second");
    }

    @Test
    void keepsItsOwnCopyOfWhatWasPut() throws IOException {
        byte[] content = bytes("content");
        store().put(KEY, content);
        content[0] = 'X';

        assertThat(text(KEY)).isEqualTo("content");
    }

    @Test
    void readRefusesWhatIsLongerThanItsLimit() throws IOException {
        store().put(KEY, bytes("12345"));

        assertThat(store().read(KEY, 5)).hasSize(5);
        assertThatExceptionOfType(ObjectTooLargeException.class).isThrownBy(() -> store().read(KEY, 4));
    }

    @Test
    void readsAtAnyPosition() throws IOException {
        byte[] content = random(300_000);
        store().put(KEY, content);

        try (ObjectReader reader = store().open(KEY)) {
            assertThat(reader.size()).isEqualTo(300_000);
            assertThat(readFully(reader, 0, 300_000)).isEqualTo(content);
            assertThat(readFully(reader, 299_999, 10)).containsExactly(content[299_999]);
            assertThat(reader.read(ByteBuffer.allocate(10), 300_000)).isEqualTo(-1);
            assertThat(reader.read(ByteBuffer.allocate(10), Long.MAX_VALUE)).isEqualTo(-1);
        }
    }

    @Test
    void aReaderLeavesTheRestOfTheBufferAlone() throws IOException {
        store().put(KEY, bytes("ab"));
        ByteBuffer target = ByteBuffer.allocateDirect(10).position(3).limit(9);

        try (ObjectReader reader = store().open(KEY)) {
            assertThat(reader.read(target, 0)).isEqualTo(2);
        }

        assertThat(target.position()).isEqualTo(5);
        assertThat(target.limit()).isEqualTo(9);
        assertThat(target.get(3)).isEqualTo((byte) 'a');
    }

    @Test
    void aReaderOutlivesDeletionAndReplacement() throws IOException {
        store().put(KEY, bytes("first"));
        store().put(OTHER, bytes("first"));

        try (ObjectReader deleted = store().open(KEY);
                ObjectReader replaced = store().open(OTHER)) {
            store().delete(KEY);
            store().put(OTHER, bytes("second one"));

            assertThat(readFully(deleted, 0, 100)).isEqualTo(bytes("first"));
            assertThat(replaced.size()).isEqualTo(5);
            assertThat(readFully(replaced, 0, 100)).isEqualTo(bytes("first"));
        }
    }

    @Test
    void deletesOneObject() throws IOException {
        ObjectKey sibling = new ObjectKey("some/where/object-2");
        store().put(KEY, bytes("x"));
        store().put(sibling, bytes("y"));

        store().delete(KEY);
        store().delete(KEY);
        store().delete(new ObjectKey("some/where"));

        assertThat(store().size(KEY)).isEmpty();
        assertThat(text(sibling)).isEqualTo("y");
    }

    @Test
    void whatHeldOnlyDeletedObjectsIsGone() throws IOException {
        store().put(KEY, bytes("x"));
        store().put(new ObjectKey("some/thing"), bytes("y"));

        store().delete(KEY);

        assertThat(store().list(new ObjectKey("some"))).containsExactly(new ObjectStore.Child("thing", false));
    }

    @Test
    void deletesATreeAndNothingBesideIt() throws IOException {
        for (String key : List.of("t/a/1", "t/a/2/3", "t/a/2/4/5", "t/ab/1", "t/a-b", "t/a.b/x")) {
            store().put(new ObjectKey(key), bytes(key));
        }

        store().deleteTree(new ObjectKey("t/a"));
        store().deleteTree(new ObjectKey("t/a"));

        assertThat(names("t")).containsExactly("a-b", "a.b/", "ab/");
        assertThat(text(new ObjectKey("t/ab/1"))).isEqualTo("t/ab/1");
    }

    @Test
    void deletingATreeLeavesAnObjectOfThatKey() throws IOException {
        store().put(KEY, bytes("x"));

        store().deleteTree(KEY);

        assertThat(text(KEY)).isEqualTo("x");
    }

    @Test
    void listsWhatIsImmediatelyBelow() throws IOException {
        for (String key : List.of("l/b", "l/a/x/y", "l/a/z", "l/B", "l/a0", "l/a-1", "other")) {
            store().put(new ObjectKey(key), bytes(key));
        }

        assertThat(names("l")).containsExactly("B", "a/", "a-1", "a0", "b");
        assertThat(names("l/b")).isEmpty();
    }

    @Test
    void anObjectHoldsNoOthers() throws IOException {
        ObjectKey below = KEY.child("below");
        store().put(KEY, bytes("x"));

        assertThatIOException().isThrownBy(() -> store().put(below, bytes("y")));
        assertThatIOException().isThrownBy(() -> store().stage(below));
        assertThatIOException().isThrownBy(() -> store().put(new ObjectKey("some/where"), bytes("y")));
        assertThat(store().size(below)).isEmpty();
        assertThat(store().size(new ObjectKey("some/where"))).isEmpty();
        assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store().open(new ObjectKey("some")));
        assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store().read(below, 1));
        assertThat(text(KEY)).isEqualTo("x");
    }

    @Test
    void whatHoldsOthersIsNoObject() throws IOException {
        ObjectKey below = KEY.child("below");
        store().put(below, bytes("x"));

        for (int limit : new int[] {0, 1, 1 << 20}) {
            assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store().read(KEY, limit));
        }
        store().delete(KEY);
        BulkDeletion deletion = store().deleteMany();
        deletion.delete(KEY);
        deletion.finish();

        assertThat(store().read(below, 1)).isEqualTo(bytes("x"));
    }

    @Test
    void aStagedWriteIsThereFromTheStart() throws IOException {
        try (StagedWrite write = store().stage(KEY)) {
            assertThat(write.size()).isZero();
            assertThat(store().size(KEY)).hasValue(0);
            assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> store().stage(KEY));
        }
    }

    @Test
    void aStagedWriteGrowsAndCanBeRead() throws IOException {
        try (StagedWrite write = store().stage(KEY)) {
            write.append(buffer("one "));
            write.append(ByteBuffer.allocate(0));
            write.append(buffer("two"));

            assertThat(write.size()).isEqualTo(7);
            assertThat(store().size(KEY)).hasValue(7);
            assertThat(text(KEY)).isEqualTo("one two");
        }
    }

    @Test
    void appendTakesWhatTheBufferStillHoldsAndNoMore() throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(10);
        direct.put(bytes("0123456789")).position(2).limit(5);

        try (StagedWrite write = store().stage(KEY)) {
            write.append(direct);
        }

        assertThat(direct.position()).isEqualTo(5);
        assertThat(direct.limit()).isEqualTo(5);
        assertThat(text(KEY)).isEqualTo("234");
    }

    @Test
    void closingKeepsWhatIsThereAndResumingGoesOn() throws IOException {
        try (StagedWrite write = store().stage(KEY)) {
            write.append(buffer("one "));
        }
        try (StagedWrite write = store().resume(KEY)) {
            assertThat(write.size()).isEqualTo(4);
            write.append(buffer("two"));
            write.commit(OTHER);
        }

        assertThat(text(OTHER)).isEqualTo("one two");
    }

    @Test
    void commitMovesEverything() throws IOException {
        byte[] content = random(1_000_000);
        try (StagedWrite write = store().stage(KEY)) {
            for (int at = 0; at < content.length; at += 70_000) {
                write.append(ByteBuffer.wrap(content, at, Math.min(70_000, content.length - at)));
            }
            write.commit(OTHER);
        }

        assertThat(store().read(OTHER, 1_000_000)).isEqualTo(content);
        assertThat(store().size(KEY)).isEmpty();
        assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store().resume(KEY));
    }

    @Test
    void commitKeepsATargetOfTheSameSize() throws IOException {
        store().put(OTHER, bytes("there"));
        commit("again", OTHER);

        assertThat(text(OTHER)).isEqualTo("there");
        assertThat(store().size(KEY)).isEmpty();
    }

    @Test
    void commitReplacesATargetOfAnotherSize() throws IOException {
        store().put(OTHER, bytes("torn"));
        commit("whole", OTHER);

        assertThat(text(OTHER)).isEqualTo("whole");
    }

    @Test
    void anEmptyStagedWriteCanBeCommitted() throws IOException {
        commit("", OTHER);

        assertThat(store().size(OTHER)).hasValue(0);
    }

    @Test
    void aFailedCommitLeavesTheStagedBytes() throws IOException {
        store().put(OTHER, bytes("in the way"));
        try (StagedWrite write = store().stage(KEY)) {
            write.append(buffer("kept"));
            assertThatIOException().isThrownBy(() -> write.commit(OTHER.child("below")));
        }

        assertThat(text(KEY)).isEqualTo("kept");
    }

    @Test
    void takesNothingAfterCommitOrClose() throws IOException {
        StagedWrite committed = store().stage(KEY);
        committed.commit(OTHER);
        committed.close();
        StagedWrite closed = store().stage(KEY);
        closed.close();
        closed.close();

        assertThatIOException().isThrownBy(() -> committed.append(buffer("x")));
        assertThatIOException().isThrownBy(() -> closed.append(buffer("x")));
        assertThatIOException().isThrownBy(() -> closed.commit(OTHER));
        assertThat(store().size(OTHER)).hasValue(0);
    }

    @Test
    void commitOfWhatWasDeletedMeanwhileFails() throws IOException {
        try (StagedWrite write = store().stage(KEY)) {
            write.append(buffer("x"));
            store().deleteTree(new ObjectKey("some"));

            assertThatIOException().isThrownBy(() -> write.commit(OTHER));
        }
        assertThat(store().size(OTHER)).isEmpty();
    }

    @Test
    void aHealthyStoreSaysSoAndShowsNothingOfIt() throws IOException {
        store().check();
        store().put(KEY, bytes("x"));
        store().check();

        assertThat(names("some")).containsExactly("where/");
    }

    @Test
    void concurrentPutsOfOneKeyLeaveOneOfThemWhole() throws Exception {
        List<String> contents = List.of("a".repeat(5000), "b".repeat(70_000), "c".repeat(3), "d".repeat(200_000));

        atOnce(contents.stream()
                .<Callable<Void>>map(content -> () -> {
                    for (int i = 0; i < 10; i++) {
                        store().put(KEY, bytes(content));
                        assertThat(contents).contains(text(KEY));
                    }
                    return null;
                })
                .toList());

        assertThat(contents).contains(text(KEY));
    }

    @Test
    void writesAndTreeDeletionsDoNotDisturbEachOther() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            ObjectKey own = new ObjectKey("race/deep/down/" + thread);
            ObjectKey kept = new ObjectKey("race/deep/kept/" + thread);
            tasks.add(() -> {
                for (int i = 0; i < 20; i++) {
                    store().put(own.child("x/y"), bytes("x"));
                    try (StagedWrite write = store().stage(own.child("staged"))) {
                        write.commit(kept.child(Integer.toString(i)));
                    }
                    store().deleteTree(own);
                    assertThat(store().size(own.child("x/y"))).isEmpty();
                }
                return null;
            });
        }

        atOnce(tasks);

        assertThat(names("race/deep")).containsExactly("kept/");
        for (int thread = 0; thread < 3; thread++) {
            assertThat(names("race/deep/kept/" + thread)).hasSize(20);
        }
    }

    /** Runs all at the same time and throws what any of them throws. */
    private static void atOnce(List<Callable<Void>> tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (Callable<Void> task : tasks) {
                running.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void commit(String content, ObjectKey target) throws IOException {
        try (StagedWrite write = store().stage(KEY)) {
            write.append(buffer(content));
            write.commit(target);
        }
    }

    /** Names immediately below, those that hold others with a slash. */
    private List<String> names(String prefix) throws IOException {
        return store().list(new ObjectKey(prefix)).stream()
                .map(child -> child.container() ? child.name() + "/" : child.name())
                .toList();
    }

    private String text(ObjectKey key) throws IOException {
        return new String(store().read(key, 1 << 20), StandardCharsets.UTF_8);
    }

    private static byte[] readFully(ObjectReader reader, long position, int most) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(most);
        while (target.hasRemaining() && reader.read(target, position + target.position()) > 0) {
            // goes on until all of it is there
        }
        byte[] result = new byte[target.flip().remaining()];
        target.get(result);
        return result;
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
