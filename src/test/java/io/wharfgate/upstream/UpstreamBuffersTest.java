package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UpstreamBuffersTest {

    private static final int MIB = 1 << 20;

    @Test
    void largeOnesTakeASmallPartOfTheHeap() {
        assertThat(UpstreamBuffers.mostLarge(2000, 256 * MIB)).isEqualTo(51);
        assertThat(UpstreamBuffers.mostLarge(2000, 64 * MIB)).isEqualTo(12);
    }

    @Test
    void mostConnectionsAreUsualOnes() {
        assertThat(UpstreamBuffers.mostLarge(40, 256 * MIB)).isEqualTo(10);
        assertThat(UpstreamBuffers.mostLarge(3, 256 * MIB)).isZero();
    }
}
