/**
 * The rules of {@code access.yaml}: reading them strictly, following the file's changes while the service runs, and deciding by
 * them. Who somebody is does not belong here, nor what his credential is good for.
 */
@NullMarked
package io.wharfgate.auth.access;

import org.jspecify.annotations.NullMarked;
