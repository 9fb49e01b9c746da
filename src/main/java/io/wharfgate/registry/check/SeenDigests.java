package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;

/** Digests that have come up, at 32 bytes each or less: the first 128 bits stand for all of them. For one thread. */
final class SeenDigests {

    private static final int DIGITS = 16;

    // Pairs, at the first free place after where their first half leads; 0, 0 is none.
    private long[] table = new long[1 << 12];
    private int count;

    /** Tells whether it had not come up before. */
    boolean add(Digest digest) {
        long high = Long.parseUnsignedLong(digest.hex(), 0, DIGITS, 16);
        long low = Long.parseUnsignedLong(digest.hex(), DIGITS, 2 * DIGITS, 16);
        if (!put(high, low)) {
            return false;
        }
        if (++count > table.length / 4) {
            grow();
        }
        return true;
    }

    private boolean put(long high, long low) {
        int mask = table.length / 2 - 1;
        for (int at = (int) high & mask; ; at = (at + 1) & mask) {
            if (table[2 * at] == high && table[2 * at + 1] == low) {
                return false;
            }
            if (table[2 * at] == 0 && table[2 * at + 1] == 0) {
                table[2 * at] = high;
                table[2 * at + 1] = low;
                return true;
            }
        }
    }

    private void grow() {
        long[] old = table;
        table = new long[Math.multiplyExact(old.length, 2)];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != 0 || old[i + 1] != 0) {
                put(old[i], old[i + 1]);
            }
        }
    }
}
