/**
 * The storage port: {@link io.wharfgate.storage.ObjectStore} keeps bytes under keys, and its Javadoc is the contract
 * that every driver passes the same test suite for. Knows nothing of registries; drivers live in packages below, and
 * decorators of the port live here or beside their feature.
 */
@NullMarked
package io.wharfgate.storage;

import org.jspecify.annotations.NullMarked;
