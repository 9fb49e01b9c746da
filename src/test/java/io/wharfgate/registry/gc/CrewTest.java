package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CrewTest {

    @Test
    void everybodyWorksAtTheSameTime() throws IOException {
        CountDownLatch all = new CountDownLatch(3);
        Set<String> done = ConcurrentHashMap.newKeySet();

        new Crew<>(List.of("a", "b", "c"))
                .all(
                        member -> {
                            all.countDown();
                            await(all);
                            done.add(member);
                        },
                        CrewTest::nobodyIsTold);

        assertThat(done).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void oneAloneWorksInTheCallersThread() throws IOException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        new Crew<>(List.of("a")).all(member -> threads.add(Thread.currentThread()), CrewTest::nobodyIsTold);

        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void theFirstErrorStopsTheOthersAndIsThrown() {
        CountDownLatch stopped = new CountDownLatch(1);
        Crew<String> crew = new Crew<>(List.of("a", "b"));

        assertThatThrownBy(() -> crew.all(
                        member -> {
                            if (member.equals("a")) {
                                throw new IOException("the disk");
                            }
                            await(stopped);
                            throw new StoppedException();
                        },
                        stopped::countDown))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk");
    }

    @Test
    void anInterruptStopsEverybodyAndIsKept() {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Crew<String> crew = new Crew<>(List.of("a", "b"));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> crew.all(
                        member -> {
                            await(stopped);
                            ended.set(true);
                        },
                        stopped::countDown))
                .isInstanceOf(StoppedException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).isTrue();
    }

    private static void nobodyIsTold() {}

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
