/**
 * The commands. The only place that knows Picocli, prints to a terminal, and decides on exit codes: 0 done, 1 failed,
 * 2 wrong usage or configuration.
 */
@NullMarked
package io.wharfgate.cli;

import org.jspecify.annotations.NullMarked;
