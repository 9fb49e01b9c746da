package io.wharfgate.registry.api;

import io.wharfgate.app.RunningService;
import io.wharfgate.upstream.UpstreamConfig;
import io.wharfgate.upstream.UpstreamSettings;
import java.nio.file.Path;

/**
 * A gateway with TLS and users of its own in front of a whole second service, which has other users; the gateway logs in
 * there as one of them.
 */
final class GatewayAndRegistry implements AutoCloseable {

    private static final String GATEWAY = "gateway";
    private static final String ITS_PASSWORD = "a password of the gateway's 9";

    private final RunningService registry;
    private final RunningService gateway;

    private GatewayAndRegistry(RunningService registry, RunningService gateway) {
        this.registry = registry;
        this.gateway = gateway;
    }

    /** Between the two goes plain HTTP. */
    static GatewayAndRegistry plain(Path directory, boolean delete) throws Exception {
        RunningService registry = start(setup(directory, delete).plain());
        return behindGateway(
                directory, registry, UpstreamSettings.to(registry.uri()).credentials(GATEWAY, ITS_PASSWORD));
    }

    /** Between the two goes HTTPS, and the gateway trusts nobody but the registry's own CA. */
    static GatewayAndRegistry encrypted(Path directory, boolean delete) throws Exception {
        RunningService registry = start(setup(directory, delete));
        return behindGateway(
                directory,
                registry,
                UpstreamSettings.to(registry.uri())
                        .credentials(GATEWAY, ITS_PASSWORD)
                        .authority(registry.authority()));
    }

    private static RunningService.Setup setup(Path directory, boolean delete) {
        RunningService.Setup setup = RunningService.Setup.in(directory.resolve("registry"));
        return delete ? setup : setup.withoutDelete();
    }

    private static RunningService start(RunningService.Setup setup) throws Exception {
        setup.addUser(GATEWAY, ITS_PASSWORD);
        return setup.start();
    }

    private static GatewayAndRegistry behindGateway(Path directory, RunningService registry, UpstreamSettings settings)
            throws Exception {
        UpstreamConfig config = settings.config();
        try {
            return new GatewayAndRegistry(
                    registry,
                    RunningService.Setup.in(directory.resolve("gateway"))
                            .gateway(config)
                            .start());
        } catch (Exception e) {
            registry.close();
            throw e;
        }
    }

    RegistryClient client() throws Exception {
        return gateway.registry().with(RegistryUnderTest.Trait.GATEWAY).client();
    }

    @Override
    public void close() {
        gateway.close();
        registry.close();
    }
}
