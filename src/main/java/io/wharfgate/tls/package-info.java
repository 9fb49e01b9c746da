/**
 * Certificates and keys: reading them, making them, and swapping them while the service runs. The only place that
 * knows BouncyCastle; knows no HTTP server.
 */
@NullMarked
package io.wharfgate.tls;

import org.jspecify.annotations.NullMarked;
