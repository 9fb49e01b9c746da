package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of records between two engines, cut where a test wants them cut. */
final class RecordRunTest {

    private static final int RECORD = 16_676;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @TempDir
    private Path directory;

    private record Ends(SSLEngine server, SSLEngine client) {}

    private Ends connect(String protocol) throws Exception {
        ServerIdentity identity = TestIdentities.selfSigned(directory);
        SSLEngine server = new ServerTls(identity).newEngine(null, -1);
        SSLEngine client = TestIdentities.clientTrusting(identity).createSSLEngine();
        client.setUseClientMode(true);
        client.setEnabledProtocols(new String[] {protocol});
        ByteBuffer toServer = ByteBuffer.allocate(64 * 1024);
        ByteBuffer toClient = ByteBuffer.allocate(64 * 1024);
        for (int i = 0; i < 20; i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        assertThat(client.getSession().getProtocol()).isEqualTo(protocol);
        assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        return new Ends(server, client);
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(RECORD));
        in.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(NOTHING, out);
        }
    }

    private static SSLEngineResult wrap(RecordRun run, ByteBuffer source, ByteBuffer target) throws SSLException {
        return run.wrap(new ByteBuffer[] {source}, 0, 1, target);
    }

    private static SSLEngineResult unwrap(RecordRun run, ByteBuffer source, ByteBuffer target) throws SSLException {
        return run.unwrap(source, new ByteBuffer[] {target}, 0, 1);
    }

    private static ByteBuffer noise(int size, Random random) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void oneCallMovesAsManyRecordsAsThereIsRoomFor(String protocol) throws Exception {
        Ends ends = connect(protocol);
        ByteBuffer data = noise(60_000, new Random(1));
        ByteBuffer wire = ByteBuffer.allocate(100_000);
        assertThat(wrap(new RecordRun(ends.server()), data, wire).bytesConsumed())
                .isEqualTo(60_000);
        ByteBuffer plain = ByteBuffer.allocate(100_000);
        SSLEngineResult result = unwrap(new RecordRun(ends.client()), wire.flip(), plain);
        assertThat(result.getStatus()).isEqualTo(Status.OK);
        assertThat(result.bytesProduced()).isEqualTo(60_000);
        assertThat(plain.flip()).isEqualTo(data.rewind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whateverTheSizesEveryByteArrivesAndIsCounted(String protocol) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Ends ends = connect(protocol);
        RecordRun sending = new RecordRun(ends.server());
        RecordRun receiving = new RecordRun(ends.client());
        ByteBuffer data = noise(2_000_000, random);
        ByteBuffer plain = ByteBuffer.allocate(data.capacity());
        ByteBuffer arrived = ByteBuffer.allocate(100_000);
        while (plain.hasRemaining()) {
            ByteBuffer wire = ByteBuffer.allocate(17_000 + random.nextInt(60_000));
            int before = data.position();
            data.limit(Math.min(data.capacity(), before + 1 + random.nextInt(100_000)));
            SSLEngineResult sent = wrap(sending, data, wire);
            assertThat(sent.bytesConsumed()).as("seed %d", seed).isEqualTo(data.position() - before);
            assertThat(sent.bytesProduced()).as("seed %d", seed).isEqualTo(wire.position());
            data.limit(data.capacity());
            wire.flip();
            while (wire.hasRemaining()) {
                int end = wire.limit();
                wire.limit(Math.min(end, wire.position() + 1 + random.nextInt(40_000)));
                wire.limit(Math.min(wire.limit(), wire.position() + arrived.remaining()));
                arrived.put(wire);
                wire.limit(end);
                receive(receiving, arrived.flip(), plain, 17_000 + random.nextInt(60_000), "seed " + seed);
                arrived.compact();
            }
        }
        assertThat(plain.flip()).as("seed %d", seed).isEqualTo(data.rewind());
    }

    /** All that can be unwrapped of it. */
    private static void receive(RecordRun run, ByteBuffer arrived, ByteBuffer plain, int room, String seed)
            throws SSLException {
        Status status = Status.OK;
        while (status != Status.BUFFER_UNDERFLOW && arrived.hasRemaining()) {
            ByteBuffer target = ByteBuffer.allocate(room);
            int before = arrived.position();
            SSLEngineResult result = unwrap(run, arrived, target);
            assertThat(result.bytesConsumed()).as(seed).isEqualTo(arrived.position() - before);
            assertThat(result.bytesProduced()).as(seed).isEqualTo(target.position());
            status = result.getStatus();
            plain.put(target.flip());
        }
    }

    @Test
    void halfARecordAfterAWholeOneIsAnUnderflowWithBytes() throws Exception {
        Ends ends = connect("TLSv1.3");
        ByteBuffer wire = ByteBuffer.allocate(100_000);
        wrap(new RecordRun(ends.server()), ByteBuffer.allocate(30_000), wire);
        wire.flip().limit(wire.limit() - 1);
        SSLEngineResult result = unwrap(new RecordRun(ends.client()), wire, ByteBuffer.allocate(100_000));
        assertThat(result.getStatus()).isEqualTo(Status.BUFFER_UNDERFLOW);
        assertThat(result.bytesProduced()).isEqualTo(16_367);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theEndBehindDataIsToldByTheNextCall(String protocol) throws Exception {
        Ends ends = connect(protocol);
        ByteBuffer wire = ByteBuffer.allocate(100_000);
        wrap(new RecordRun(ends.server()), ByteBuffer.allocate(20_000), wire);
        ends.server().closeOutbound();
        ends.server().wrap(NOTHING, wire);
        wire.flip();
        RecordRun receiving = new RecordRun(ends.client());
        ByteBuffer plain = ByteBuffer.allocate(100_000);
        SSLEngineResult data = unwrap(receiving, wire, plain);
        assertThat(data.getStatus()).isEqualTo(Status.OK);
        assertThat(data.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        assertThat(data.bytesProduced()).isEqualTo(20_000);
        SSLEngineResult end = unwrap(receiving, wire, plain);
        assertThat(end.getStatus()).isEqualTo(Status.CLOSED);
        assertThat(end.bytesProduced()).isZero();
    }

    @Test
    void aRecordForWhichThereIsNoRoomStaysForTheNextCall() throws Exception {
        Ends ends = connect("TLSv1.3");
        ByteBuffer wire = ByteBuffer.allocate(100_000);
        wrap(new RecordRun(ends.server()), ByteBuffer.allocate(40_000), wire);
        wire.flip();
        RecordRun receiving = new RecordRun(ends.client());
        SSLEngineResult first = unwrap(receiving, wire, ByteBuffer.allocate(17_000));
        assertThat(first.getStatus()).isEqualTo(Status.OK);
        assertThat(first.bytesProduced()).isEqualTo(16_367);
        assertThat(unwrap(receiving, wire, ByteBuffer.allocate(40_000)).bytesProduced())
                .isEqualTo(40_000 - 16_367);
    }
}
