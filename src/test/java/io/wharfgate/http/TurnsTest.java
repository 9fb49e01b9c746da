package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A fast transfer keeps its worker and its buffer until somebody else wants one of them. */
class TurnsTest {

    @Test
    void whoWaitsForABufferIsSeen() {
        TransferBuffers buffers = new TransferBuffers(1);
        try (Workers workers = new Workers(1)) {
            Bodies bodies = new Bodies(buffers, workers);
            ByteBuffer held = buffers.acquireOr(TurnsTest::unexpected);
            assertThat(held).isNotNull();
            assertThat(bodies.othersWait()).isFalse();

            assertThat(buffers.acquireOr(buffers::release)).isNull();
            assertThat(bodies.othersWait()).isTrue();

            buffers.release(held);
            assertThat(bodies.othersWait()).isFalse();
        }
    }

    @Test
    void whoWaitsForAWorkerIsSeen() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (Workers workers = new Workers(1)) {
            Bodies bodies = new Bodies(new TransferBuffers(1), workers);
            workers.execute(() -> {
                begun.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            begun.await();
            assertThat(bodies.othersWait()).isFalse();

            workers.execute(done::countDown);
            assertThat(bodies.othersWait()).isTrue();

            goOn.countDown();
            done.await();
            assertThat(bodies.othersWait()).isFalse();
        }
    }

    private static void unexpected(ByteBuffer buffer) {
        throw new AssertionError("there was a buffer: " + buffer);
    }
}
