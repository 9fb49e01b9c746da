package io.wharfgate.http;

/**
 * How many connections the memory of this JVM can bear. A client that has sent a few bytes of a TLS hello, and no
 * password, already holds a buffer of Undertow's; some thousands of those used up the direct memory of a small heap, and
 * then I/O threads stood still in allocations that failed. What is over the limit waits in the kernel's backlog and costs
 * nothing here.
 */
public final class ConnectionBudget {

    /**
     * Direct memory that one connection can hold at the worst, in bytes: TLS records of 17 KiB on their way in, decrypted
     * and on their way out, and a share of what the side listeners' connections hold.
     */
    static final int PER_CONNECTION = 56 * 1024;

    /**
     * Heap that one connection to an upstream can hold, in bytes: three buffers of the HTTP client's of 16 KiB (larger
     * ones have a bound of their own), what has come from there and not yet gone to the client, and the TLS engine's records.
     */
    static final int PER_UPSTREAM = 128 * 1024;

    private static final int SIDE_SHARE = 8;

    private ConnectionBudget() {}

    /**
     * The number of connections for the registry's listener.
     *
     * @param wanted what is configured
     * @param directMemory bytes of direct memory that this JVM may use; all but what {@link TransferBuffers} takes counts
     */
    public static int fitting(int wanted, long directMemory) {
        long bearable = (directMemory - directMemory / 8) / PER_CONNECTION;
        return (int) Math.max(1, Math.min(wanted, bearable));
    }

    /**
     * The number of connections for the listener of a gateway. Each client's request takes one connection to an upstream, of
     * which there are no more than configured; only what the heap bears of these is let in.
     *
     * @param clients as of {@link #fitting}
     * @param upstream connections to all upstreams that are allowed together
     * @param heap bytes of heap that this JVM may use; one half is for other things
     */
    public static int forwarding(int clients, long upstream, long heap) {
        long bearable = heap / 2 / PER_UPSTREAM;
        return upstream <= bearable ? clients : (int) Math.max(1, Math.min(clients, bearable));
    }

    /** The number of connections for a listener beside it, which answers small things only. */
    public static int side(int main) {
        return Math.max(1, main / SIDE_SHARE);
    }
}
