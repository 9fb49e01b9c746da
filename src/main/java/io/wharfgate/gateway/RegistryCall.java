package io.wharfgate.gateway;

import io.undertow.util.HttpString;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.oci.RegistryRoute;

/**
 * One allowed request, as a {@link Backend} gets it.
 *
 * @param route what it is about
 * @param method what it wants to do with it
 * @param query its decoded query
 * @param rights what else the same user may do
 */
public record RegistryCall(RegistryRoute route, HttpString method, QueryParameters query, Rights rights) {}
