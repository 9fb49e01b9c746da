/**
 * The way of a request below {@code /v2/}: who is it, what does it want, may he, and to whom it goes. Nothing here
 * touches content; the {@link io.wharfgate.gateway.Backend} does, and is not reached by a request that is denied.
 */
@NullMarked
package io.wharfgate.gateway;

import org.jspecify.annotations.NullMarked;
