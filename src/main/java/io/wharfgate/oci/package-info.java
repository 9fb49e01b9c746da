/**
 * The nouns of the OCI distribution specification as value types, the routes of its API, and its errors. Knows neither
 * HTTP servers nor storage; everything here is immutable and safe for use by any thread. A {@code String} that stands
 * for one of these types must not travel further than the edge that parses it.
 */
@NullMarked
package io.wharfgate.oci;

import org.jspecify.annotations.NullMarked;
