package io.wharfgate.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A registry behind a gateway that does on the wire exactly what a test's script says, and remembers every byte that
 * came. Asks for its health and pings ({@code GET /v2/}) are answered without the script, so that a test can have a
 * connection in the gateway's pool first. Thread-safe.
 */
final class ScriptedUpstream implements AutoCloseable {

    static final String HEALTH = "/health-of-the-upstream";
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    /** What is done with one request, on a thread of its connection's; when it returns, the next request is read. */
    interface Script {
        void answer(UpstreamPeer peer, String head) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-upstream");
        thread.setDaemon(true);
        return thread;
    });
    private final List<UpstreamPeer> peers = new CopyOnWriteArrayList<>();
    private final List<UpstreamPeer> checked = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger busy = new AtomicInteger();
    private volatile Script script = (peer, head) -> peer.send(OK);

    ScriptedUpstream() throws IOException {
        this(0);
    }

    /** @param receiveBuffer bytes that the kernel may take before the script reads; 0 for its default */
    ScriptedUpstream(int receiveBuffer) throws IOException {
        listener = new ServerSocket();
        if (receiveBuffer > 0) {
            listener.setReceiveBufferSize(receiveBuffer);
        }
        listener.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2000);
        threads.execute(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    void script(Script next) {
        script = next;
    }

    /** Forgets what came, and closes every connection; comes back when the gateway knows it. */
    void reset() {
        hangUp();
        requests.clear();
        script = (peer, head) -> peer.send(OK);
    }

    /** Heads of the requests that were handed to the script. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** The one request that was handed to the script. */
    String request() {
        if (requests.size() != 1) {
            throw new AssertionError("not one request but " + requests);
        }
        return requests.get(0);
    }

    /** Everything that came on any connection but asks for health, in the order of connections. */
    String received() {
        StringBuilder all = new StringBuilder();
        peers.forEach(peer -> all.append(peer.received()));
        return all.toString();
    }

    /**
     * Connections that the gateway has open, but for that of its health checks, as far as this end knows: it looks while a
     * script reads or writes.
     */
    long open() {
        return peers.stream().filter(peer -> !peer.ended()).count();
    }

    /** Requests that a script is at just now. */
    int busy() {
        return busy.get();
    }

    /** Closes every connection; comes back when the gateway knows it. */
    void hangUp() {
        checked.forEach(UpstreamPeer::hangUp);
        peers.forEach(UpstreamPeer::hangUp);
        checked.removeIf(UpstreamPeer::ended);
        peers.removeIf(UpstreamPeer::ended);
    }

    /** Bytes that scripts have sent. */
    long sent() {
        return peers.stream().mapToLong(UpstreamPeer::sent).sum();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                UpstreamPeer peer = new UpstreamPeer(socket);
                peers.add(peer);
                threads.execute(() -> serve(peer));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(UpstreamPeer peer) {
        try (peer) {
            while (!peer.ended()) {
                String head = peer.readHead();
                if (head.lines().findFirst().orElseThrow().contains(HEALTH + " ")) {
                    peer.forget();
                    // The gateway keeps such a connection for its own requests: no client's is ever on it.
                    if (peers.remove(peer)) {
                        checked.add(peer);
                    }
                    peer.send(OK);
                } else if (head.startsWith("GET /v2/ ")) {
                    peer.send(OK);
                } else {
                    requests.add(head);
                    busy.incrementAndGet();
                    try {
                        script.answer(peer, head);
                    } finally {
                        busy.decrementAndGet();
                    }
                }
            }
        } catch (IOException e) {
            peer.gone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        checked.forEach(UpstreamPeer::hangUp);
        peers.forEach(UpstreamPeer::hangUp);
        threads.shutdownNow();
    }
}
