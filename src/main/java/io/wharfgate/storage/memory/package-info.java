/** A storage driver that keeps everything on the heap, for tests and try-outs. Nothing here outlives the process. */
@NullMarked
package io.wharfgate.storage.memory;

import org.jspecify.annotations.NullMarked;
