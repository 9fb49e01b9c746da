/** Looks whether what is stored is what it should be, and puts aside what is not. */
@NullMarked
package io.wharfgate.registry.check;

import org.jspecify.annotations.NullMarked;
