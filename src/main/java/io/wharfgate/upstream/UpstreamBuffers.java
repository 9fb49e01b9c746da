package io.wharfgate.upstream;

/**
 * What a connection to an upstream has in buffers.
 *
 * @param socket bytes of each of the kernel's two
 * @param session bytes of each of HttpCore's three, which it keeps while the connection is idle, too. It reads once for each
 *     event of its selector, so that this is also how much of an answer moves by one round of system calls
 */
record UpstreamBuffers(int socket, int session) {

    /**
     * What goes to the client in one TLS record, in bytes: into one Java puts 17 bytes less than 16 KiB, so that a whole
     * 16 KiB would go out as two records, the second with next to nothing in it.
     */
    static final int RECORD = 16 * 1024 - 64;

    /** More gained nothing in trials. */
    private static final int MOST_RECORDS = 4;

    /** A connection's three buffers, and what has come of an answer and not gone to the client yet. */
    private static final int HELD = 5;

    private static final int SHARE_OF_HEAP = 4;

    /** Of one record each, for connections that move little. */
    static UpstreamBuffers small(int socket) {
        return new UpstreamBuffers(socket, RECORD);
    }

    /**
     * As large as the heap bears for all connections at once, since all of them may be to slow clients.
     *
     * @param connections that are allowed to all upstreams together
     * @param heap bytes of heap that this JVM may use
     */
    static UpstreamBuffers fitting(int socket, long connections, long heap) {
        long records = heap / SHARE_OF_HEAP / HELD / RECORD / Math.max(1, connections);
        return new UpstreamBuffers(socket, RECORD * (int) Math.max(1, Math.min(MOST_RECORDS, records)));
    }
}
