package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A gateway as a user has it, with TLS and a password, in front of a {@link ScriptedUpstream}. */
final class GatewayFixture implements AutoCloseable {

    final ScriptedUpstream upstream;
    final RunningService service;
    final RegistryUnderTest registry;

    private GatewayFixture(ScriptedUpstream upstream, RunningService service) throws Exception {
        this.upstream = upstream;
        this.service = service;
        this.registry = service.registry();
    }

    static GatewayFixture start(Path directory) throws Exception {
        return start(directory, UnaryOperator.identity());
    }

    static GatewayFixture start(Path directory, UnaryOperator<UpstreamSettings> settings) throws Exception {
        return start(RunningService.Setup.in(directory), settings);
    }

    static GatewayFixture start(RunningService.Setup setup, UnaryOperator<UpstreamSettings> settings) throws Exception {
        ScriptedUpstream upstream = new ScriptedUpstream(64 * 1024);
        UpstreamConfig config =
                settings.apply(UpstreamSettings.to(upstream.uri())).config();
        return new GatewayFixture(upstream, setup.gateway(config).start());
    }

    /** @param pooled whether the gateway has an idle connection to the upstream; the next request will be sent on it */
    RawTls connect(boolean pooled) throws Exception {
        return connect(pooled, 0);
    }

    RawTls connect(boolean pooled, int receiveBuffer) throws Exception {
        RawTls raw = RawTls.connect(registry, receiveBuffer);
        if (pooled) {
            raw.request("GET /v2/");
            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 200 ");
            raw.readBody(head);
        }
        return raw;
    }

    @Override
    public void close() throws IOException {
        service.close();
        upstream.close();
    }
}
