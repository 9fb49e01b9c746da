/**
 * The service as a whole: wires the parts by hand, starts them, looks after their files while they run, and stops them
 * in order. The only place that knows every feature; no feature knows it.
 */
@NullMarked
package io.wharfgate.app;

import org.jspecify.annotations.NullMarked;
