/**
 * Everything about the server's TLS: PEM files, the identity (key and chain) and how it is swapped while connections
 * run, our own CA and leaf, and the answer to plain HTTP on the TLS port. The only package that knows BouncyCastle,
 * which reads and writes keys and certificates here and is never registered as a provider: record encryption and
 * hashing stay with the JDK, which is ten times faster. Knows no HTTP server: a listener gets a plain
 * {@link javax.net.ssl.SSLContext}.
 */
@NullMarked
package io.wharfgate.tls;

import org.jspecify.annotations.NullMarked;
