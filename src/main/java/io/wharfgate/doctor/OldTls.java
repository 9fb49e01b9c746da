package io.wharfgate.doctor;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Asks whether a server still takes TLS 1.0 or 1.1. Java has both switched off for the whole process, so the first message of a
 * handshake is written by hand here (RFC 5246 section 7.4.1.2), and the answer's first message is all that is read.
 */
enum OldTls {
    TLS_1_0("TLS 1.0", 1),
    TLS_1_1("TLS 1.1", 2);

    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    /** ECDHE and RSA with AES-CBC-SHA, and 3DES: what TLS 1.0 servers have. */
    private static final List<Integer> SUITES =
            List.of(0xC009, 0xC00A, 0xC013, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A);

    private final String label;
    private final int minor;

    OldTls(String label, int minor) {
        this.label = label;
        this.minor = minor;
    }

    String label() {
        return label;
    }

    /** Whether the server goes on with this version. A server that closes or resets the connection does not. */
    boolean accepted(Socket tcp, String host) {
        try {
            OutputStream out = tcp.getOutputStream();
            out.write(record(hello(host)));
            out.flush();
            DataInputStream in = new DataInputStream(tcp.getInputStream());
            int type = in.readUnsignedByte();
            in.readUnsignedShort();
            int length = in.readUnsignedShort();
            if (type != HANDSHAKE || length < 6) {
                return false;
            }
            int message = in.readUnsignedByte();
            in.skipNBytes(3);
            return message == SERVER_HELLO && in.readUnsignedShort() == (0x0300 | minor);
        } catch (IOException e) {
            return false;
        }
    }

    private byte[] record(byte[] hello) {
        var record = new ByteArrayOutputStream();
        record.write(HANDSHAKE);
        number(record, 0x0301, 2);
        number(record, hello.length + 4, 2);
        record.write(1);
        number(record, hello.length, 3);
        record.writeBytes(hello);
        return record.toByteArray();
    }

    private byte[] hello(String host) {
        var hello = new ByteArrayOutputStream();
        number(hello, 0x0300 | minor, 2);
        // The random of a handshake that is never finished need not be one.
        hello.writeBytes("wharfgate doctor looks at TLS 1.x".substring(0, 32).getBytes(StandardCharsets.US_ASCII));
        hello.write(0);
        number(hello, SUITES.size() * 2, 2);
        SUITES.forEach(suite -> number(hello, suite, 2));
        hello.write(1);
        hello.write(0);
        byte[] extensions = extensions(host);
        number(hello, extensions.length, 2);
        hello.writeBytes(extensions);
        return hello.toByteArray();
    }

    private static byte[] extensions(String host) {
        var all = new ByteArrayOutputStream();
        if (!Names.isAddress(host)) {
            byte[] name = host.getBytes(StandardCharsets.US_ASCII);
            number(all, 0, 2);
            number(all, name.length + 5, 2);
            number(all, name.length + 3, 2);
            all.write(0);
            number(all, name.length, 2);
            all.writeBytes(name);
        }
        // Groups secp256r1, secp384r1 and uncompressed points, without which there is no ECDHE.
        all.writeBytes(new byte[] {0, 10, 0, 6, 0, 4, 0, 23, 0, 24, 0, 11, 0, 2, 1, 0});
        return all.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value, int bytes) {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write(value >> shift);
        }
    }
}
