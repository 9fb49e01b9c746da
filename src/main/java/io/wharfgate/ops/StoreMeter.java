package io.wharfgate.ops;

import io.wharfgate.metrics.Counter;
import io.wharfgate.metrics.Histogram;
import io.wharfgate.metrics.Metrics;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectTooLargeException;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** How long the storage takes, and how often it fails; fed by {@link MeteredStore}. Thread-safe. */
final class StoreMeter {

    enum Operation {
        SIZE,
        MODIFIED,
        OPEN,
        READ_WHOLE,
        READ,
        PUT,
        STAGE,
        RESUME,
        APPEND,
        COMMIT,
        DELETE,
        DELETE_TREE,
        PRUNE,
        LIST,
        CHECK;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Something to be timed. */
    interface Call<T> {
        T run() throws IOException;
    }

    /** Something to be timed that gives nothing back. */
    interface Step {
        void run() throws IOException;
    }

    private record Meter(Histogram duration, Counter full, Counter failed) {}

    private final Map<Operation, Meter> meters = new EnumMap<>(Operation.class);
    private final Counter read;
    private final Counter written;

    StoreMeter(Metrics metrics) {
        Metrics.Histograms durations = metrics.histograms(
                "wharfgate_storage_operation_duration_seconds",
                "How long the storage took.",
                Metrics.Buckets.DISK,
                "operation");
        Metrics.Counters errors = metrics.counters(
                "wharfgate_storage_errors_total",
                "Operations that failed: no room, or any other reason. What is not there is no failure.",
                "operation",
                "reason");
        for (Operation operation : Operation.values()) {
            meters.put(
                    operation,
                    new Meter(
                            durations.with(operation.text()),
                            errors.with(operation.text(), "full"),
                            errors.with(operation.text(), "other")));
        }
        read = metrics.counter("wharfgate_storage_read_bytes_total", "Bytes read from the storage.");
        written = metrics.counter("wharfgate_storage_written_bytes_total", "Bytes written to the storage.");
    }

    void read(long bytes) {
        read.add(Math.max(0, bytes));
    }

    void written(long bytes) {
        written.add(bytes);
    }

    void time(Operation operation, Step step) throws IOException {
        Object unused = time(operation, () -> {
            step.run();
            return operation;
        });
    }

    <T> T time(Operation operation, Call<T> call) throws IOException {
        Meter meter = Objects.requireNonNull(meters.get(operation));
        long begun = System.nanoTime();
        try {
            return call.run();
        } catch (NoSuchObjectException | ObjectTooLargeException | FileAlreadyExistsException e) {
            throw e;
        } catch (StorageFullException e) {
            meter.full().increment();
            throw e;
        } catch (IOException | RuntimeException e) {
            meter.failed().increment();
            throw e;
        } finally {
            meter.duration().observe(System.nanoTime() - begun);
        }
    }
}
