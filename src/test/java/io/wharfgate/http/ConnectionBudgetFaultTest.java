package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that hold all they can fit into memory, together with the buffers of transfers. */
class ConnectionBudgetFaultTest {

    private static final long MIB = 1024 * 1024;

    /** Three TLS buffers of Undertow's pool, which no option makes smaller. */
    private static final long HELD_BY_ONE = 3 * 17 * 1024;

    @ParameterizedTest
    @ValueSource(longs = {32, 64, 256, 512, 1024, 6144, 1 << 20})
    void worstCaseFitsIntoDirectMemory(long mebibytes) {
        long memory = mebibytes * MIB;
        int connections = ConnectionBudget.fitting(10_000, memory);
        assertThat(connections * HELD_BY_ONE + memory / 8).isLessThanOrEqualTo(memory);
        assertThat(connections).isBetween(1, 10_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200, 1000})
    void whatIsConfiguredCountsWhereItFits(int configured) {
        assertThat(ConnectionBudget.fitting(configured, 64 * MIB)).isEqualTo(configured);
        assertThat(ConnectionBudget.side(configured)).isBetween(1, configured);
    }
}
