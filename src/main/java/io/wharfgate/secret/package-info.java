/** A type for secrets that masks itself, and where its value comes from. Nothing else knows how to show one. */
@NullMarked
package io.wharfgate.secret;

import org.jspecify.annotations.NullMarked;
