package io.wharfgate.registry.api;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import io.wharfgate.upstream.UpstreamConfig;
import io.wharfgate.upstream.UpstreamSettings;
import java.nio.file.Path;
import java.util.Set;

/**
 * A gateway with TLS and users of its own in front of a registry: of a whole second service, which has other users, and
 * where the gateway logs in as one of them, or of {@link DockerRegistry}.
 */
final class GatewayAndRegistry implements AutoCloseable {

    private static final String GATEWAY = "gateway";
    private static final String ITS_PASSWORD = "a password of the gateway's 9";

    private final Runnable stopRegistry;
    private final RunningService gateway;
    private final Set<Trait> traits;

    private GatewayAndRegistry(Runnable stopRegistry, RunningService gateway, Set<Trait> traits) {
        this.stopRegistry = stopRegistry;
        this.gateway = gateway;
        this.traits = traits;
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

    /** The registry is somebody else's, and stopped with the gateway. */
    static GatewayAndRegistry before(DockerRegistry registry, Path directory) throws Exception {
        return behindGateway(
                directory, registry::close, UpstreamSettings.to(registry.uri()), Trait.DOCKER_REGISTRY_BEHIND_GATEWAY);
    }

    private static GatewayAndRegistry behindGateway(Path directory, RunningService registry, UpstreamSettings settings)
            throws Exception {
        return behindGateway(directory, registry::close, settings, Set.of(Trait.GATEWAY));
    }

    private static GatewayAndRegistry behindGateway(
            Path directory, Runnable stopRegistry, UpstreamSettings settings, Set<Trait> traits) throws Exception {
        UpstreamConfig config = settings.config();
        try {
            RunningService gateway = RunningService.Setup.in(directory.resolve("gateway"))
                    .gateway(config)
                    .start();
            return new GatewayAndRegistry(stopRegistry, gateway, traits);
        } catch (Exception e) {
            stopRegistry.run();
            throw e;
        }
    }

    RegistryClient client() throws Exception {
        return gateway.registry().with(traits).client();
    }

    @Override
    public void close() {
        gateway.close();
        stopRegistry.run();
    }
}
