/**
 * The registry's HTTP side: one handler for each resource of the OCI distribution specification, which reads the
 * request, calls {@code registry} on a worker, and writes the answer. Decides nothing about content itself.
 */
@NullMarked
package io.wharfgate.registry.api;

import org.jspecify.annotations.NullMarked;
