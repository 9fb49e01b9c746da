/** Garbage collection: what nothing leads to, how it goes, and how it comes back. */
@NullMarked
package io.wharfgate.registry.gc;

import org.jspecify.annotations.NullMarked;
