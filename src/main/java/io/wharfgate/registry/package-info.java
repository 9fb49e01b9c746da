/**
 * What a registry does, without HTTP: blobs, upload sessions, manifests, tags and the catalog, kept in CNCF
 * distribution's layout in an {@link io.wharfgate.storage.ObjectStore}. {@link io.wharfgate.registry.Registry} is the
 * way in; {@code RegistryLayout} owns every path. What a client must know is thrown as a
 * {@link io.wharfgate.oci.RegistryException}, broken storage as an {@link java.io.IOException}. Knows no request, no
 * user and no file.
 */
@NullMarked
package io.wharfgate.registry;

import org.jspecify.annotations.NullMarked;
