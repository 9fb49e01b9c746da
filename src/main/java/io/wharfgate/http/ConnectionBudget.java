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

    /** The number of connections for a listener beside it, which answers small things only. */
    public static int side(int main) {
        return Math.max(1, main / SIDE_SHARE);
    }
}
