/** Runs the real protocol against a server, through whatever is in front of it, and says what to change. */
@NullMarked
package io.wharfgate.doctor;

import org.jspecify.annotations.NullMarked;
