/** The entry point, and nothing else: every feature lives in a package of its own below this one. */
@NullMarked
package io.wharfgate;

import org.jspecify.annotations.NullMarked;
