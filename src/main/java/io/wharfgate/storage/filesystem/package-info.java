/**
 * The storage driver for a local or mounted disk: one file for each object, below one root directory. All that makes a
 * write durable is here: temporary file, fsync, rename, fsync of directories. Nothing outside knows a path.
 */
@NullMarked
package io.wharfgate.storage.filesystem;

import org.jspecify.annotations.NullMarked;
