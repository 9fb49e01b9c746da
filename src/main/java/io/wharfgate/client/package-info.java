/** A client of registries, for the commands that move images: references, logins, transfers. */
@NullMarked
package io.wharfgate.client;

import org.jspecify.annotations.NullMarked;
