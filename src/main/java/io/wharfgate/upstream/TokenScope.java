package io.wharfgate.upstream;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a Bearer token must allow for a request, in the terms of the Docker token specification ("Token Scope"): what CNCF
 * distribution demands, by method alone. A registry that wants something else (Azure's {@code metadata_read}) says so in
 * its challenge.
 */
final class TokenScope implements RegistryRoute.Cases<List<String>> {

    private final HttpString method;

    private TokenScope(HttpString method) {
        this.method = method;
    }

    /** @param mountSource the repository from which a blob is to be mounted as well */
    static List<String> of(RegistryRoute route, HttpString method, Optional<RepositoryName> mountSource) {
        return Stream.concat(
                        route.match(new TokenScope(method)).stream(),
                        mountSource.stream().map(source -> repository(source, "pull")))
                .distinct()
                .toList();
    }

    @Override
    public List<String> ping(RegistryRoute.Ping route) {
        return List.of();
    }

    @Override
    public List<String> catalog(RegistryRoute.Catalog route) {
        return List.of("registry:catalog:*");
    }

    @Override
    public List<String> tags(RegistryRoute.Tags route) {
        return content(route.name());
    }

    @Override
    public List<String> manifest(RegistryRoute.Manifest route) {
        return content(route.name());
    }

    @Override
    public List<String> blob(RegistryRoute.Blob route) {
        return content(route.name());
    }

    @Override
    public List<String> uploads(RegistryRoute.Uploads route) {
        return content(route.name());
    }

    @Override
    public List<String> upload(RegistryRoute.Upload route) {
        return content(route.name());
    }

    @Override
    public List<String> referrers(RegistryRoute.Referrers route) {
        return content(route.name());
    }

    @Override
    public List<String> other(RegistryRoute.Other route) {
        return List.of();
    }

    private List<String> content(RepositoryName name) {
        if (method.equals(Methods.DELETE)) {
            return List.of(repository(name, "delete"));
        }
        boolean write = method.equals(Methods.POST) || method.equals(Methods.PUT) || method.equals(Methods.PATCH);
        return List.of(repository(name, write ? "pull,push" : "pull"));
    }

    private static String repository(RepositoryName name, String actions) {
        return "repository:" + name + ":" + actions;
    }
}
