package io.wharfgate.app;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The three calls of libc that it takes, by the foreign function interface of Java 22. By name, since this code is compiled
 * for Java 17, which has none.
 */
final class NativeNotifySocket implements NotifySocket {

    private static final int FIRST_JAVA = 22;

    /** Linux's numbers, the same on every machine that Java 22 runs on. */
    private static final short AF_UNIX = 1;

    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int LONGEST_PATH = 107;

    private final byte[] address;
    private final Foreign foreign;

    private NativeNotifySocket(byte[] address, Foreign foreign) {
        this.address = address;
        this.foreign = foreign;
    }

    /** Empty on a Java that has no such interface, on another system than Linux, and where native access is denied. */
    static Optional<NotifySocket> open(String address) {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        if (Runtime.version().feature() < FIRST_JAVA
                || !System.getProperty("os.name", "").equals("Linux")
                || path.length > LONGEST_PATH) {
            return Optional.empty();
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        try {
            return Optional.of(new NativeNotifySocket(path, new Foreign()));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void send(String message) throws IOException {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        // struct sockaddr_un: the family, then the path; a path in a directory ends with a zero.
        int length = Short.BYTES + address.length + (address[0] == 0 ? 0 : 1);
        try (AutoCloseable arena = foreign.arena()) {
            Object socketAddress = foreign.allocate(arena, length);
            ByteBuffer bytes = foreign.bytes(socketAddress).order(ByteOrder.nativeOrder());
            bytes.putShort(AF_UNIX).put(address);
            Object content = foreign.allocate(arena, text.length);
            foreign.bytes(content).put(text);
            send(content, text.length, socketAddress, length);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("the notify socket cannot be used: " + e, e);
        }
    }

    private void send(Object content, int size, Object socketAddress, int length) throws Throwable {
        int socket = (int) foreign.socket.invokeWithArguments((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        if (socket < 0) {
            throw new IOException("no socket for the service manager");
        }
        try {
            long sent = (long) foreign.sendto.invokeWithArguments(
                    List.of(socket, content, (long) size, MSG_NOSIGNAL, socketAddress, length));
            if (sent != size) {
                throw new IOException("the service manager does not take messages at its socket");
            }
        } finally {
            int unused = (int) foreign.close.invokeWithArguments(socket);
        }
    }

    /** What is needed of {@code java.lang.foreign}. */
    private static final class Foreign {

        private final Class<?> linkerType = Class.forName("java.lang.foreign.Linker");
        private final Class<?> layoutType = Class.forName("java.lang.foreign.MemoryLayout");
        private final Class<?> segmentType = Class.forName("java.lang.foreign.MemorySegment");
        private final Class<?> arenaType = Class.forName("java.lang.foreign.Arena");
        private final Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        final MethodHandle socket;
        final MethodHandle sendto;
        final MethodHandle close;

        Foreign() throws ReflectiveOperationException {
            Object number = layout("JAVA_INT");
            Object size = layout("JAVA_LONG");
            Object pointer = layout("ADDRESS");
            socket = function("socket", number, number, number, number);
            sendto = function("sendto", size, number, pointer, size, number, pointer, number);
            close = function("close", number, number);
        }

        private static Object layout(String name) throws ReflectiveOperationException {
            return Class.forName("java.lang.foreign.ValueLayout").getField(name).get(null);
        }

        private MethodHandle function(String name, Object result, Object... arguments)
                throws ReflectiveOperationException {
            Object layouts = Array.newInstance(layoutType, arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                Array.set(layouts, i, arguments[i]);
            }
            Class<?> descriptorType = Class.forName("java.lang.foreign.FunctionDescriptor");
            Object descriptor = descriptorType
                    .getMethod("of", layoutType, layouts.getClass())
                    .invoke(null, result, layouts);
            Object lookup = linkerType.getMethod("defaultLookup").invoke(linker);
            Optional<?> symbol = (Optional<?>) Class.forName("java.lang.foreign.SymbolLookup")
                    .getMethod("find", String.class)
                    .invoke(lookup, name);
            Class<?> optionType = Class.forName("java.lang.foreign.Linker$Option");
            Object none = Array.newInstance(optionType, 0);
            return (MethodHandle) linkerType
                    .getMethod("downcallHandle", segmentType, descriptorType, none.getClass())
                    .invoke(linker, symbol.orElseThrow(), descriptor, none);
        }

        AutoCloseable arena() throws ReflectiveOperationException {
            return (AutoCloseable) arenaType.getMethod("ofConfined").invoke(null);
        }

        Object allocate(AutoCloseable arena, long bytes) throws ReflectiveOperationException {
            return Class.forName("java.lang.foreign.SegmentAllocator")
                    .getMethod("allocate", long.class)
                    .invoke(arena, bytes);
        }

        ByteBuffer bytes(Object segment) throws ReflectiveOperationException {
            return (ByteBuffer) segmentType.getMethod("asByteBuffer").invoke(segment);
        }
    }
}
