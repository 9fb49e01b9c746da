package io.wharfgate.client.archive;

import io.wharfgate.client.ExchangeException;
import java.nio.charset.StandardCharsets;

/**
 * One header of a tar archive (POSIX.1-1988 ustar, and GNU's numbers in base 256). Immutable.
 *
 * @param name as far as this header tells
 * @param size bytes that follow
 * @param type {@code 0} or NUL for a file, {@code 1} and {@code 2} for links, ...
 * @param link where a link leads
 */
record TarHeader(String name, long size, char type, String link) {

    static final int BLOCK = 512;
    private static final int CHECKSUM_AT = 148;

    /** Whether this block is one of those that end an archive. */
    static boolean isEnd(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** @throws ExchangeException when the block is no header */
    static TarHeader read(byte[] block) throws ExchangeException {
        if (number(block, CHECKSUM_AT, 8) != checksum(block)) {
            throw damaged("a header's checksum is wrong");
        }
        String name = text(block, 0, 100);
        boolean posix = text(block, 257, 6).equals("ustar");
        String prefix = posix ? text(block, 345, 155) : "";
        long size = number(block, 124, 12);
        if (size < 0 || size > Long.MAX_VALUE / 2) {
            throw damaged("a member has an impossible size");
        }
        return new TarHeader(
                prefix.isEmpty() ? name : prefix + "/" + name, size, (char) (block[156] & 0xff), text(block, 157, 100));
    }

    static ExchangeException damaged(String why) {
        return new ExchangeException("the archive is no tar archive, or damaged: " + why);
    }

    private static long checksum(byte[] block) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean itself = i >= CHECKSUM_AT && i < CHECKSUM_AT + 8;
            sum += itself ? ' ' : block[i] & 0xff;
        }
        return sum;
    }

    private static String text(byte[] block, int start, int length) {
        int end = start;
        while (end < start + length && block[end] != 0) {
            end++;
        }
        return new String(block, start, end - start, StandardCharsets.UTF_8);
    }

    private static long number(byte[] block, int start, int length) throws ExchangeException {
        if ((block[start] & 0x80) != 0) {
            return base256(block, start, length);
        }
        long value = 0;
        boolean begun = false;
        for (int i = start; i < start + length; i++) {
            char c = (char) (block[i] & 0xff);
            if (c >= '0' && c <= '7') {
                value = value * 8 + (c - '0');
                begun = true;
            } else if (c == 0 || (c == ' ' && begun)) {
                break;
            } else if (c != ' ') {
                throw damaged("a header holds a number that is none");
            }
        }
        return value;
    }

    private static long base256(byte[] block, int start, int length) throws ExchangeException {
        long value = block[start] & 0x7f;
        for (int i = start + 1; i < start + length; i++) {
            if (value > Long.MAX_VALUE >> 9) {
                throw damaged("a header holds a number that is too large");
            }
            value = (value << 8) | (block[i] & 0xff);
        }
        return value;
    }
}
