package io.wharfgate.cli;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.control.ControlClient;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.secret.Secret;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** What lets this command in at the running service: good until it is closed, for which the control connection is held open. */
final class OperatorPass implements Closeable {

    private static final String TASK = "pass";
    private static final int SECONDS = 20;

    private final ControlClient client;
    private final int port;
    private final Secret token;

    private OperatorPass(ControlClient client, int port, Secret token) {
        this.client = client;
        this.port = port;
        this.token = token;
    }

    /**
     * Asks the service at that socket.
     *
     * @return empty when none runs
     */
    static Optional<OperatorPass> from(Path socket) throws IOException {
        Optional<ControlClient> client = ControlClient.connect(socket);
        if (client.isEmpty()) {
            return Optional.empty();
        }
        Lines lines = new Lines();
        Thread holder = new Thread(
                () -> {
                    try {
                        int unused = client.get().run(TASK, Map.of(), lines);
                    } catch (IOException e) {
                        lines.warning(String.valueOf(e.getMessage()));
                    }
                },
                "pass");
        holder.setDaemon(true);
        holder.start();
        try {
            return Optional.of(new OperatorPass(client.get(), Integer.parseInt(lines.next()), Secret.of(lines.next())));
        } catch (NumberFormatException e) {
            client.get().close();
            throw new ExchangeException(
                    "the running service lets this command not in: " + lines.trouble
                            + ". Give the registry's host before the repository, and a login",
                    e);
        }
    }

    int port() {
        return port;
    }

    Secret token() {
        return token;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private static final class Lines implements TaskOutput {

        private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(8);
        private volatile String trouble = "it does not answer";

        String next() throws ExchangeException {
            try {
                String line = lines.poll(SECONDS, TimeUnit.SECONDS);
                return line == null ? "" : line;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExchangeException("interrupted", e);
            }
        }

        @Override
        public void line(String text) {
            var unused = lines.offer(text);
        }

        @Override
        public void warning(String text) {
            trouble = text;
            line("");
        }

        @Override
        public void progress(String what, long done, long of) {
            // There is none.
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
