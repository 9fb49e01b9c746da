/** What an operator watches: health and metrics, on a listener of their own. Never in the way of a client's request. */
@NullMarked
package io.wharfgate.ops;

import org.jspecify.annotations.NullMarked;
