/**
 * What an operator asks of a running service from the same machine: tasks, the socket that they are asked for by, and the
 * commands' end of it. Knows no task.
 */
@NullMarked
package io.wharfgate.control;

import org.jspecify.annotations.NullMarked;
