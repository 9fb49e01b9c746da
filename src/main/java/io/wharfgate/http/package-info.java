/**
 * The HTTP server: its listeners, and what every request passes through before a feature sees it. Knows no registry
 * semantics and no user store.
 */
@NullMarked
package io.wharfgate.http;

import org.jspecify.annotations.NullMarked;
