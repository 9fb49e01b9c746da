package io.wharfgate.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One connection over the control socket, in messages. One thread may read while another one writes. Whoever made it closes
 * it, which ends both.
 */
final class ControlChannel implements Closeable {

    /** Longest message, in bytes. What a task says in a line may be long, but a file is not to be sent as one. */
    private static final int LONGEST = 1 << 20;

    private final SocketChannel socket;
    private ByteBuffer arrived = ByteBuffer.allocate(4096).flip();

    ControlChannel(SocketChannel socket) {
        this.socket = socket;
    }

    /** Waits for the next message; empty when the other end has hung up. */
    Optional<ControlMessage> read() throws IOException {
        int looked = 0;
        while (true) {
            for (int i = arrived.position() + looked; i < arrived.limit(); i++) {
                if (arrived.get(i) == '\n') {
                    return Optional.of(ControlMessage.parse(take(i - arrived.position())));
                }
            }
            looked = arrived.remaining();
            if (looked > LONGEST) {
                throw new IOException("a message over the control socket is longer than " + LONGEST + " bytes");
            }
            if (!fill()) {
                return Optional.empty();
            }
        }
    }

    void write(ControlMessage message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((message.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private String take(int length) {
        byte[] line = new byte[length];
        arrived.get(line).get();
        return new String(line, StandardCharsets.UTF_8);
    }

    private boolean fill() throws IOException {
        ByteBuffer room = arrived.compact();
        if (!room.hasRemaining()) {
            room = ByteBuffer.allocate(2 * room.capacity()).put(room.flip());
        }
        int read;
        try {
            read = socket.read(room);
        } finally {
            arrived = room.flip();
        }
        return read >= 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
