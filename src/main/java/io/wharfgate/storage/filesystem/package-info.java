/** Objects on the local disk. Knows neither the registry's layout nor any other storage driver. */
@NullMarked
package io.wharfgate.storage.filesystem;

import org.jspecify.annotations.NullMarked;
