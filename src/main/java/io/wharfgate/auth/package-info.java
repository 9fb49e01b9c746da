/**
 * Who somebody is, and what he may do. The ports ({@link io.wharfgate.auth.Authenticator},
 * {@link io.wharfgate.auth.AccessPolicy}) and what every kind of user store shares; the stores themselves live below.
 * Knows no HTTP server. Denied is a value, broken is an exception, and both fail closed.
 */
@NullMarked
package io.wharfgate.auth;

import org.jspecify.annotations.NullMarked;
