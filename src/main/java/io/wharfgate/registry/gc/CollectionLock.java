package io.wharfgate.registry.gc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import io.wharfgate.storage.StagedWrite;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is collecting garbage, noted in the storage, so that two processes that share it do not both. The note of a process that
 * has died counts no more: at once where that can be seen, that is on the same machine, and else when it has not been renewed
 * for a while. For one thread.
 */
final class CollectionLock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CollectionLock.class);

    private static final Duration EXPIRY = Duration.ofMinutes(10);
    private static final int LONGEST = 4096;
    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectStore store;
    private final Clock clock;
    private final Holder own;
    private boolean noted;

    private CollectionLock(ObjectStore store, Clock clock, Holder own) {
        this.store = store;
        this.clock = clock;
        this.own = own;
    }

    /**
     * A process.
     *
     * @param started when it began, as a number of a process is used again; 0 where the system does not tell
     */
    private record Holder(String host, long pid, long started) {

        static Holder self() {
            ProcessHandle self = ProcessHandle.current();
            return new Holder(hostName(), self.pid(), started(self));
        }

        private static String hostName() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        }

        private static long started(ProcessHandle process) {
            return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        }

        /** Whether this is of the same machine and surely gone. */
        boolean isGone(Holder self) {
            if (!host.equals(self.host)) {
                return false;
            }
            Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
            return process.isEmpty() || started(process.get()) != started;
        }

        @Override
        public String toString() {
            return "process " + pid + " on " + host;
        }
    }

    private record Note(Holder holder, Instant renewed) {}

    /**
     * Takes it. On a full disk there is no room for the note, and a collection is what helps: it goes on without, unless another's
     * note is there.
     *
     * @throws IOException when another collection is running; the message says whose
     */
    static CollectionLock acquire(ObjectStore store, Clock clock) throws IOException {
        CollectionLock lock = new CollectionLock(store, clock, Holder.self());
        lock.requireFree();
        try {
            lock.noted = lock.write();
            while (!lock.noted) {
                lock.requireFree();
                store.delete(RegistryLayout.COLLECTING);
                lock.noted = lock.write();
            }
        } catch (StorageFullException e) {
            log.warn("storage is full: garbage is collected without a note that keeps others from it");
        }
        return lock;
    }

    /** The note of a collection that is over does not count. */
    private void requireFree() throws IOException {
        Optional<Note> note = read();
        if (note.isPresent()) {
            Holder holder = note.get().holder();
            if (!holder.isGone(own) && note.get().renewed().plus(EXPIRY).isAfter(clock.instant())) {
                throw new IOException("garbage is just being collected, by " + holder
                        + "; wait until it is done. If that process is gone, this is possible " + EXPIRY.toMinutes()
                        + " minutes after its end");
            }
        }
    }

    /** @throws IOException when another process has taken it: this one must have been asleep for long */
    synchronized void renew() throws IOException {
        if (!noted) {
            return;
        }
        requireOwn();
        try {
            store.put(RegistryLayout.COLLECTING, content());
        } catch (StorageFullException e) {
            log.warn("storage is full: the note that garbage is being collected cannot be renewed");
        }
    }

    @Override
    public void close() throws IOException {
        if (read().filter(note -> note.holder().equals(own)).isPresent()) {
            store.delete(RegistryLayout.COLLECTING);
        }
    }

    private void requireOwn() throws IOException {
        Optional<Note> note = read();
        if (note.isEmpty() || !note.get().holder().equals(own)) {
            throw new IOException("another process has begun to collect garbage; this one ends");
        }
    }

    private boolean write() throws IOException {
        try (StagedWrite write = store.stage(RegistryLayout.COLLECTING)) {
            write.append(ByteBuffer.wrap(content()));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private byte[] content() {
        return JSON.createObjectNode()
                .put("host", own.host())
                .put("pid", own.pid())
                .put("started", own.started())
                .put("renewed", clock.instant().toString())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Empty when there is none, or a crash has left half of one. */
    private Optional<Note> read() throws IOException {
        try {
            JsonNode json = JSON.readTree(store.read(RegistryLayout.COLLECTING, LONGEST));
            Holder holder = new Holder(
                    json.path("host").asText(),
                    json.path("pid").asLong(),
                    json.path("started").asLong());
            return Optional.of(
                    new Note(holder, Instant.parse(json.path("renewed").asText())));
        } catch (NoSuchObjectException | ObjectTooLargeException | JsonProcessingException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
