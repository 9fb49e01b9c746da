package io.wharfgate.registry.rules;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import java.util.Arrays;

/**
 * How many links there are to each content, and how long it is. A table of plain numbers, as there may be millions: 32 bytes a
 * place, of which a third to two thirds are in use. A digest is told apart by its first 127 bits and its algorithm. Not
 * thread-safe.
 */
final class ContentCounts {

    private static final int LEAST = 64;

    private long[] high = new long[LEAST];
    private long[] low = new long[LEAST];
    private long[] sizes = new long[LEAST];
    /** Links; 0 where there were some, -1 where there was never anything. */
    private long[] links = filled(LEAST);

    private int places;

    /** One more link. Says whether it is the first one. */
    boolean add(Digest digest, long size) {
        if ((places + 1) * 3L > links.length * 2L) {
            rehash();
        }
        int at = find(digest);
        if (links[at] < 0) {
            high[at] = high(digest);
            low[at] = low(digest);
            links[at] = 0;
            places++;
        }
        if (links[at] == 0) {
            sizes[at] = size;
        }
        return ++links[at] == 1;
    }

    /** One link less; gives the length of content that has none any more, else 0. */
    long remove(Digest digest) {
        int at = find(digest);
        if (links[at] <= 0) {
            return 0;
        }
        return --links[at] == 0 ? sizes[at] : 0;
    }

    boolean has(Digest digest) {
        return links[find(digest)] > 0;
    }

    /** Where it is, or could be put. */
    private int find(Digest digest) {
        return find(high(digest), low(digest));
    }

    private int find(long wantedHigh, long wantedLow) {
        int mask = links.length - 1;
        int at = (int) (wantedHigh ^ (wantedHigh >>> 32)) & mask;
        while (links[at] >= 0 && (high[at] != wantedHigh || low[at] != wantedLow)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** Into a table that is at most a third full; what has no links any more is left behind. */
    private void rehash() {
        long[] oldHigh = high;
        long[] oldLow = low;
        long[] oldSizes = sizes;
        long[] oldLinks = links;
        int live = 0;
        for (long count : oldLinks) {
            live += count > 0 ? 1 : 0;
        }
        int length = LEAST;
        while (length < live * 3L) {
            length = Math.multiplyExact(length, 2);
        }
        high = new long[length];
        low = new long[length];
        sizes = new long[length];
        links = filled(length);
        places = live;
        for (int i = 0; i < oldLinks.length; i++) {
            if (oldLinks[i] > 0) {
                int at = find(oldHigh[i], oldLow[i]);
                high[at] = oldHigh[i];
                low[at] = oldLow[i];
                sizes[at] = oldSizes[i];
                links[at] = oldLinks[i];
            }
        }
    }

    private static long[] filled(int length) {
        long[] empty = new long[length];
        Arrays.fill(empty, -1);
        return empty;
    }

    private static long high(Digest digest) {
        return Long.parseUnsignedLong(digest.hex(), 0, 16, 16);
    }

    private static long low(Digest digest) {
        long bits = Long.parseUnsignedLong(digest.hex(), 16, 32, 16);
        return digest.algorithm() == DigestAlgorithm.SHA256 ? bits & ~1L : bits | 1L;
    }
}
