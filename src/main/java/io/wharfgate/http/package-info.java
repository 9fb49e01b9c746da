/**
 * The HTTP server: listeners, what every request goes through before it means anything (id, limits, client address,
 * access log), bodies that flow without holding a thread, and answers. Knows the errors of {@code oci}, and nothing of
 * users or repositories.
 *
 * <p>Rules that everything here keeps, and why:
 *
 * <ul>
 *   <li>Nothing paced by a client holds a thread: 64 slow readers would be a total outage for 64 workers.
 *   <li>One connection is never read and written by two threads at once: Undertow's TLS conduit keeps its state in
 *       plain fields. Request bodies are read on the connection's I/O thread only.
 *   <li>Handlers run outside of Undertow's "call" (see {@link io.wharfgate.http.RootHandler}), where resumed reads and
 *       writes take effect at once.
 *   <li>{@code endExchange()} on an unread body would first read all of it: every answer goes through
 *       {@link io.wharfgate.http.Answer}, which knows when the rest of the body has to be refused.
 * </ul>
 */
@NullMarked
package io.wharfgate.http;

import org.jspecify.annotations.NullMarked;
