/**
 * The {@link io.wharfgate.gateway.Backend} that forwards: requests for repositories go, streaming both ways, to a registry
 * that people already have. Header fields, Location, credentials for the upstream, the choice of an address, health. All
 * that knows Apache HttpClient is here; who may do what was decided before a request gets here.
 */
@NullMarked
package io.wharfgate.upstream;

import org.jspecify.annotations.NullMarked;
