/**
 * What an operator watches: health on a listener of its own, and the audit log. Never in the way of a client's request.
 */
@NullMarked
package io.wharfgate.ops;

import org.jspecify.annotations.NullMarked;
