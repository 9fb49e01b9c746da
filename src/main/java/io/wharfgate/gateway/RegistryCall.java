package io.wharfgate.gateway;

import io.undertow.util.HttpString;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * One allowed request, as a {@link Backend} gets it.
 *
 * @param route what it is about
 * @param method what it wants to do with it
 * @param query its decoded query
 * @param mayPull whether the same user may pull from a repository: for what a request names beside its own repository (a
 *     mount's source), and for lists of repositories
 * @param mayPullAll whether the same user may pull from every repository: for a mount without a source, where the backend
 *     does not know which repository its blob will come from
 */
public record RegistryCall(
        RegistryRoute route,
        HttpString method,
        QueryParameters query,
        Predicate<RepositoryName> mayPull,
        BooleanSupplier mayPullAll) {}
