package io.wharfgate.control;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks for commands on the same machine. Whoever can open the socket may ask: the file's mode is 0600, so that is the
 * service's own user and root. Safe for use by any thread.
 */
public final class ControlServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
    private static final int MOST_TASKS = 8;

    /** Of those that ask for nothing, too: they cost a thread each. */
    private static final int MOST_CONNECTIONS = 64;

    private static final long PATIENCE_SECONDS = 5;

    /**
     * How long a task waits for its reader: a terminal that was stopped or a pager would otherwise keep it, and the lock of what it
     * works on, as long as they are there.
     */
    private static final Duration READER_PATIENCE = Duration.ofMinutes(10);

    private final Path path;
    private final ServerSocketChannel server;
    private final Optional<Object> identity;
    private final Tasks tasks;
    private final BooleanSupplier stopping;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "control-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger working = new AtomicInteger();
    private volatile boolean closed;

    private ControlServer(Path path, ServerSocketChannel server, Tasks tasks, BooleanSupplier stopping)
            throws IOException {
        this.path = path;
        this.server = server;
        this.identity = ControlSocket.identity(path);
        this.tasks = tasks;
        this.stopping = stopping;
    }

    /**
     * Begins to listen.
     *
     * @param stopping whether the service is about to stop, so that tasks should end
     * @throws ControlException when there can be no socket at that path
     */
    public static ControlServer open(Path path, Tasks tasks, BooleanSupplier stopping) throws IOException {
        return open(path, tasks, stopping, READER_PATIENCE);
    }

    static ControlServer open(Path path, Tasks tasks, BooleanSupplier stopping, Duration readerPatience)
            throws IOException {
        ControlServer control = new ControlServer(path, ControlSocket.listen(path), tasks, stopping);
        long nanos = readerPatience.toNanos();
        var unused = control.watch.scheduleWithFixedDelay(
                () -> control.connections.forEach(connection -> connection.cutIfUnread(nanos)),
                nanos / 4,
                nanos / 4,
                TimeUnit.NANOSECONDS);
        control.start("control", control::accept);
        return control;
    }

    private void accept() {
        while (!closed) {
            try {
                SocketChannel socket = server.accept();
                if (connections.size() >= MOST_CONNECTIONS) {
                    socket.close();
                    continue;
                }
                Connection connection = new Connection(new ControlChannel(socket));
                connections.add(connection);
                start("control-" + number.incrementAndGet(), connection::serve);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // For want of file descriptors, as a rule: then a command can be taken when there are some again.
                log.warn("control socket takes no command for now reason={}", e.toString());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Takes no more commands, tells tasks to end, waits a few seconds for them, and then cuts what is left. */
    @Override
    public void close() throws IOException {
        closed = true;
        watch.shutdown();
        server.close();
        if (ControlSocket.identity(path).equals(identity)) {
            Files.deleteIfExists(path);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Connection connection : connections) {
            connection.end(deadline);
        }
    }

    /** One command. Its thread waits for the client to leave, while another one does the work. */
    private final class Connection implements TaskOutput {

        private final ControlChannel channel;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean left;
        private volatile boolean begun;

        /** When what is being sent was given to the socket, by {@code System.nanoTime()}. */
        private volatile Optional<Long> sendingSince = Optional.empty();

        Connection(ControlChannel channel) {
            this.channel = channel;
        }

        void serve() {
            try (channel) {
                Optional<ControlMessage> message = channel.read();
                if (message.isPresent() && message.get() instanceof ControlMessage.Request request) {
                    begin(request);
                    awaitLeave();
                }
            } catch (IOException e) {
                log.debug("control connection ended", e);
            } finally {
                left = true;
                connections.remove(this);
            }
        }

        private void begin(ControlMessage.Request request) {
            if (working.incrementAndGet() > MOST_TASKS) {
                working.decrementAndGet();
                warning("the service has " + MOST_TASKS + " commands to run already; try again later");
                finish(1);
                return;
            }
            log.info("task asked for task={} arguments={}", request.task(), request.arguments());
            begun = true;
            start("task-" + request.task(), () -> {
                int exitCode = 1;
                try {
                    exitCode = tasks.run(request.task(), request.arguments(), this);
                } finally {
                    // First, so that whoever has seen the end can ask again.
                    working.decrementAndGet();
                    finish(exitCode);
                    done.countDown();
                }
            });
        }

        /** A command says nothing more; the end of its side means that it has been broken off. */
        private void awaitLeave() {
            try {
                while (channel.read().isPresent()) {
                    // not in the protocol, and of no importance
                }
            } catch (IOException e) {
                // left, or finished
            }
            left = true;
            awaitDone(Long.MAX_VALUE);
        }

        private void finish(int exitCode) {
            send(new ControlMessage.End(exitCode));
            try {
                channel.close();
            } catch (IOException e) {
                log.debug("control connection did not close", e);
            }
        }

        void end(long deadline) throws IOException {
            if (begun) {
                awaitDone(deadline);
            }
            channel.close();
        }

        private void awaitDone(long deadline) {
            if (!begun) {
                return;
            }
            try {
                if (deadline == Long.MAX_VALUE) {
                    done.await();
                } else {
                    var unused = done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void send(ControlMessage message) {
            if (left) {
                return;
            }
            sendingSince = Optional.of(System.nanoTime());
            try {
                channel.write(message);
            } catch (IOException e) {
                left = true;
            }
            sendingSince = Optional.empty();
        }

        void cutIfUnread(long patienceNanos) {
            Optional<Long> since = sendingSince;
            if (since.isEmpty() || System.nanoTime() - since.get() < patienceNanos) {
                return;
            }
            log.warn("task ended: its output is not read");
            try {
                // Whoever writes gets an exception.
                channel.close();
            } catch (IOException e) {
                log.debug("control connection did not close", e);
            }
        }

        @Override
        public void line(String text) {
            send(new ControlMessage.Line(text));
        }

        @Override
        public void warning(String text) {
            send(new ControlMessage.Warning(text));
        }

        @Override
        public void progress(String what, long done, long of) {
            send(new ControlMessage.Progress(what, done, of));
        }

        @Override
        public boolean cancelled() {
            return left || closed || stopping.getAsBoolean();
        }
    }
}
