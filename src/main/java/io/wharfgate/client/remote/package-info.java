/**
 * Repositories of other registries, over their HTTP API (OCI distribution specification): logins, tokens, redirects, retries. The
 * only place below {@code client} that knows HTTP.
 */
@NullMarked
package io.wharfgate.client.remote;

import org.jspecify.annotations.NullMarked;
