package io.wharfgate.gateway;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;

/**
 * What somebody must be allowed to do for a request to go on. A mount needs pull on its source as well, but a source
 * that may not be read is answered as one that is missing, by an upload and never by a denial; so the backend asks for
 * it ({@link Rights#mayPull}).
 */
final class RequiredAccess implements RegistryRoute.Cases<Access> {

    private final HttpString method;

    private RequiredAccess(HttpString method) {
        this.method = method;
    }

    static Access of(RegistryRoute route, HttpString method) {
        return route.match(new RequiredAccess(method));
    }

    @Override
    public Access ping(RegistryRoute.Ping route) {
        return new Access.Ping();
    }

    @Override
    public Access catalog(RegistryRoute.Catalog route) {
        return new Access.Catalog();
    }

    @Override
    public Access tags(RegistryRoute.Tags route) {
        return content(route.name());
    }

    @Override
    public Access manifest(RegistryRoute.Manifest route) {
        return content(route.name());
    }

    @Override
    public Access blob(RegistryRoute.Blob route) {
        return content(route.name());
    }

    @Override
    public Access uploads(RegistryRoute.Uploads route) {
        return Access.to(Action.PUSH, route.name());
    }

    /** Whoever pushes may also look at his upload and drop it. */
    @Override
    public Access upload(RegistryRoute.Upload route) {
        return Access.to(Action.PUSH, route.name());
    }

    /** What it touches is not known, so it takes as much as touching everything. */
    @Override
    public Access other(RegistryRoute.Other route) {
        if (isRead()) {
            return new Access.Everywhere(Action.PULL);
        }
        return new Access.Everywhere(method.equals(Methods.DELETE) ? Action.DELETE : Action.PUSH);
    }

    @Override
    public Access referrers(RegistryRoute.Referrers route) {
        return content(route.name());
    }

    /** By the method, whatever the resource: a registry behind a gateway may know more methods of it than the specification. */
    private Access content(RepositoryName name) {
        if (isRead()) {
            return Access.to(Action.PULL, name);
        }
        return Access.to(method.equals(Methods.DELETE) ? Action.DELETE : Action.PUSH, name);
    }

    private boolean isRead() {
        return method.equals(Methods.GET) || method.equals(Methods.HEAD);
    }
}
