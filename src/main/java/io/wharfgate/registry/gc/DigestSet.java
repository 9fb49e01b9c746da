package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import java.util.Arrays;

/**
 * Digests that are to be kept, by their first 64 bits: 8 bytes in a table that is at most two thirds full, so 12 to 24 bytes a
 * digest, and while it grows half as much again. Two digests that agree in these bits are taken for one, and so one of them may
 * be kept for no reason; none is lost by it. Safe for use by any thread.
 */
final class DigestSet {

    private static final int SMALLEST = 1 << 10;

    private long[] table = new long[SMALLEST];
    private int count;
    private boolean zero;

    synchronized void add(Digest digest) {
        long key = key(digest);
        if (key == 0) {
            zero = true;
            return;
        }
        if (put(table, key) && ++count > table.length / 3 * 2) {
            grow();
        }
    }

    synchronized boolean contains(Digest digest) {
        long key = key(digest);
        if (key == 0) {
            return zero;
        }
        int at = slot(table, key);
        return table[at] == key;
    }

    synchronized int size() {
        return zero ? count + 1 : count;
    }

    synchronized void clear() {
        Arrays.fill(table, 0);
        count = 0;
        zero = false;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(table.length, 2)];
        for (long key : table) {
            if (key != 0) {
                put(larger, key);
            }
        }
        table = larger;
    }

    private static boolean put(long[] table, long key) {
        int at = slot(table, key);
        boolean added = table[at] == 0;
        table[at] = key;
        return added;
    }

    /** Where the key is, or else would be. A digest's bits are as random as any hash of them; zero means nothing is there. */
    private static int slot(long[] table, long key) {
        int at = (int) (key & (table.length - 1));
        while (table[at] != 0 && table[at] != key) {
            at = (at + 1) & (table.length - 1);
        }
        return at;
    }

    private static long key(Digest digest) {
        long bits = Long.parseUnsignedLong(digest.hex(), 0, 16, 16);
        return digest.algorithm() == DigestAlgorithm.SHA256 ? bits : ~bits;
    }
}
