package org.xnio.nio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandedOverServerTest {

    /** {@link HandedOverServer} does by hand what this version does; with another it has to be looked at again. */
    private static final String LOOKED_AT = "3.8.16.Final";

    @Test
    void bothPartsOfXnioAreTheVersionThatWasLookedAt() {
        assertThat(org.xnio.Version.getVersionString())
                .as("the API that Undertow brings along; raise xnio.version in pom.xml with it")
                .isEqualTo(LOOKED_AT);
        assertThat(Version.getVersionString())
                .as("compare NioXnioWorker.createTcpConnectionServer with HandedOverServer, then change this test")
                .isEqualTo(LOOKED_AT);
    }
}
