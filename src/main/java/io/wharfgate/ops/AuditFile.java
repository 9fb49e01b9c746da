package io.wharfgate.ops;

import io.wharfgate.gateway.AuditEvent;
import io.wharfgate.gateway.AuditTrail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log: one JSON object a line, appended by a thread of its own, which takes events from a queue. Nobody waits for
 * the disk: when the queue is full, because the disk is slow or has no room, events are lost. How many is said in the log at
 * once, and in the file as soon as it can be written again.
 *
 * <p>Safe for use by any thread. Closing it writes what is still queued.
 */
public final class AuditFile implements AuditTrail, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

    /** An event takes about a kilobyte: 8 MiB. */
    private static final int MOST_WAITING = 8192;

    private static final int MOST_AT_ONCE = 256;

    /** How often a rename is looked for, and how often a disk is tried again that did not take anything. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** A disk that hangs must not keep the service from ending. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final AuditOutput output;

    /** The empty one only wakes the writer. */
    private final BlockingQueue<Optional<AuditEvent>> waiting;

    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong lost = new AtomicLong();
    private final LongAdder everLost = new LongAdder();
    private final Thread writer = new Thread(this::run, "audit");
    private volatile boolean reopen;

    /** Lines that have been taken from the queue and not been written. The writer's alone, as are those that follow. */
    private ByteBuffer lines = ByteBuffer.allocate(0);

    private boolean failing;
    private long followedNanos = System.nanoTime();

    AuditFile(AuditOutput output, int mostWaiting) {
        this.output = output;
        this.waiting = new ArrayBlockingQueue<>(mostWaiting);
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Opens the file, which is made if it is not there, and begins.
     *
     * @throws IOException when it cannot be written, saying why and what to do
     */
    public static AuditFile open(Path path) throws IOException {
        return new AuditFile(AuditOutput.open(path), MOST_WAITING);
    }

    @Override
    public boolean wanted() {
        return true;
    }

    @Override
    public void record(AuditEvent event) {
        if (!waiting.offer(Optional.of(event)) && lose() == 0) {
            LOG.error("audit events are being lost: the disk does not keep up, or has no room file={}", output);
        }
    }

    /** Returns how many have been lost before, and not been told. */
    private long lose() {
        everLost.increment();
        return lost.getAndIncrement();
    }

    /** Events that were lost since the start. */
    public long everLost() {
        return everLost.sum();
    }

    /** Events that wait to be written. */
    public int queued() {
        return waiting.size();
    }

    /** Opens the file's path anew, soon: for whoever has renamed the file. */
    public void reopen() {
        reopen = true;
        wake();
    }

    private void wake() {
        // When there is no room for it, the writer is awake.
        var unused = waiting.offer(Optional.empty());
    }

    private void run() {
        try {
            boolean ending = false;
            while (lines.hasRemaining() || !waiting.isEmpty() || !ending) {
                ending = closing.getCount() == 0;
                if (!lines.hasRemaining()) {
                    take();
                }
                write();
                if (failing && ending) {
                    break;
                }
                if (failing) {
                    // Nobody waits for the result: what it tells is looked at above.
                    var unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("audit log ends file={}", output, e);
        }
    }

    /** Waits a while for events, and makes lines of them. */
    private void take() throws InterruptedException {
        Optional<AuditEvent> first = Optional.ofNullable(
                        waiting.poll(closing.getCount() == 0 ? 0 : PAUSE.toMillis(), TimeUnit.MILLISECONDS))
                .flatMap(event -> event);
        List<Optional<AuditEvent>> taken = new ArrayList<>();
        taken.add(first);
        waiting.drainTo(taken, MOST_AT_ONCE - 1);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long count = lost.getAndSet(0);
        if (count > 0) {
            LOG.error("audit events were lost count={} file={}", count, output);
            append(text, out -> AuditLine.lost(Instant.now(), count, out));
        }
        taken.stream().flatMap(Optional::stream).forEach(event -> append(text, out -> AuditLine.write(event, out)));
        lines = ByteBuffer.wrap(text.toByteArray());
    }

    private interface Line {
        void write(ByteArrayOutputStream out) throws IOException;
    }

    /** An event that cannot be written down does not take others with it. */
    private void append(ByteArrayOutputStream text, Line line) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try {
            line.write(whole);
            text.writeBytes(whole.toByteArray());
        } catch (IOException | RuntimeException e) {
            lose();
            LOG.error("audit event cannot be written down", e);
        }
    }

    private void write() {
        try {
            look();
            output.append(lines);
            if (failing) {
                failing = false;
                LOG.info("audit log is written again file={}", output);
            }
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.error("audit log cannot be written; events wait for a while file={}: {}", output, e.getMessage());
            }
        }
    }

    private void look() throws IOException {
        if (reopen) {
            output.reopen();
            reopen = false;
            LOG.info("audit log reopened file={}", output);
        } else if (failing || System.nanoTime() - followedNanos > PAUSE.toNanos()) {
            output.follow();
        } else {
            return;
        }
        followedNanos = System.nanoTime();
    }

    @Override
    public void close() {
        closing.countDown();
        wake();
        try {
            writer.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            LOG.error("audit log does not take what is left; about {} events are lost file={}", waiting.size(), output);
            return;
        }
        if (unwritten() > 0) {
            LOG.error("audit events were lost count={} file={}", unwritten(), output);
        }
        try {
            output.close();
        } catch (IOException e) {
            LOG.error("audit log did not close cleanly file={}: {}", output, e.getMessage());
        }
    }

    /** Events that are not in the file, when it has been closed. */
    long unwritten() {
        long count = lost.get() + waiting.stream().flatMap(Optional::stream).count();
        for (int i = lines.position(); i < lines.limit(); i++) {
            count += lines.get(i) == '\n' ? 1 : 0;
        }
        return count;
    }
}
