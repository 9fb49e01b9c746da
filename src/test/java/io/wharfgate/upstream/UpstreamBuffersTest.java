package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UpstreamBuffersTest {

    private static final int MIB = 1 << 20;

    @Test
    void areLargeWhereThereIsMemoryForAllConnections() {
        assertThat(sessionFor(256, 512 * MIB)).isEqualTo(4 * UpstreamBuffers.RECORD);
        assertThat(sessionFor(256, 256 * MIB)).isEqualTo(3 * UpstreamBuffers.RECORD);
    }

    @Test
    void holdOneRecordWhereThereIsNot() {
        assertThat(sessionFor(2000, 256 * MIB)).isEqualTo(UpstreamBuffers.RECORD);
        assertThat(sessionFor(Long.MAX_VALUE, 64 * MIB)).isEqualTo(UpstreamBuffers.RECORD);
    }

    @Test
    void takeNoMoreThanTheirShareOfTheHeapUnlessTheyAreAsSmallAsCanBe() {
        for (long connections = 1; connections < 1000; connections++) {
            int session = sessionFor(connections, 256 * MIB);
            assertThat(session == UpstreamBuffers.RECORD || 5 * session * connections <= 64 * MIB)
                    .as("%d connections", connections)
                    .isTrue();
        }
    }

    private static int sessionFor(long connections, long heap) {
        return UpstreamBuffers.fitting(64 * 1024, connections, heap).session();
    }
}
