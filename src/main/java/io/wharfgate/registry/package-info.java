/** What a registry means, without HTTP: blobs, uploads, manifests, tags. Stores only through the storage port. */
@NullMarked
package io.wharfgate.registry;

import org.jspecify.annotations.NullMarked;
