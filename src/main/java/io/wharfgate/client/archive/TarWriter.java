package io.wharfgate.client.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a tar archive of plain files, the same bytes for the same files: no times, no owners. For one thread. */
final class TarWriter implements Closeable {

    private static final int BUFFER = 64 * 1024;
    private static final int LONGEST_NAME = 100;
    private static final long MOST_OCTAL = 1L << 33;

    private final OutputStream out;

    /** @param out closed with this */
    TarWriter(OutputStream out) {
        this.out = out;
    }

    void add(String name, byte[] content) throws IOException {
        add(name, content.length, new java.io.ByteArrayInputStream(content));
    }

    /** @param in has that many bytes; it is not closed */
    void add(String name, long size, InputStream in) throws IOException {
        if (name.length() > LONGEST_NAME) {
            // A digest of sha512 does not fit: an extended header before it has the name (POSIX.1-2001, pax).
            byte[] record = record("path=" + name);
            out.write(header("pax-header", record.length, 'x'));
            out.write(record);
            pad(record.length);
        }
        out.write(header(name.substring(0, Math.min(LONGEST_NAME, name.length())), size, '0'));
        byte[] buffer = new byte[BUFFER];
        long left = size;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                throw new IOException(name + " is shorter than " + size + " bytes");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
        pad(size);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK)]);
    }

    /** With its own length in front, the digits of that counted. */
    private static byte[] record(String text) {
        int length = text.length() + 2;
        while (length != (length + " " + text + "\n").length()) {
            length = (length + " " + text + "\n").length();
        }
        return (length + " " + text + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** What ends an archive. */
    void finish() throws IOException {
        out.write(new byte[2 * TarHeader.BLOCK]);
        out.flush();
    }

    private static byte[] header(String name, long size, char type) {
        byte[] block = new byte[TarHeader.BLOCK];
        put(block, 0, name);
        put(block, 100, "0000644\0");
        put(block, 108, "0000000\0");
        put(block, 116, "0000000\0");
        if (size < MOST_OCTAL) {
            put(block, 124, String.format("%011o\0", size));
        } else {
            // GNU's way, which all readers of today know: eight gigabytes and more do not fit into the digits.
            block[124] = (byte) 0x80;
            for (int i = 0; i < 8; i++) {
                block[135 - i] = (byte) (size >>> (8 * i));
            }
        }
        put(block, 136, "00000000000\0");
        block[156] = (byte) type;
        put(block, 257, "ustar\00000");
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, String.format("%06o\0 ", sum));
        return block;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
