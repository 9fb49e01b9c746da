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

    /** In a large buffer; more gained nothing in trials. */
    private static final int RECORDS = 4;

    /** Of the session's size: a connection's three buffers, and what has come of an answer and not gone to the client yet. */
    private static final int HELD = 5;

    private static final int SHARE_OF_HEAP = 16;

    private static final int SHARE_OF_CONNECTIONS = 4;

    /** For a thousand slow clients, and connections that move little. */
    static UpstreamBuffers usual(int socket) {
        return new UpstreamBuffers(socket, RECORD);
    }

    static UpstreamBuffers large(int socket) {
        return new UpstreamBuffers(socket, RECORDS * RECORD);
    }

    /**
     * How many connections may have large buffers: all of them may be to slow clients.
     *
     * @param connections that are allowed in all
     * @param heap bytes of heap that this JVM may use
     */
    static int mostLarge(int connections, long heap) {
        return (int) Math.min(connections / SHARE_OF_CONNECTIONS, heap / SHARE_OF_HEAP / HELD / (RECORDS * RECORD));
    }
}
