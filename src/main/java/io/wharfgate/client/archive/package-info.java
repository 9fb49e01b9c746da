/**
 * Images in files: OCI image layouts as directories and tar archives, and what {@code docker save} writes. Trusts nothing in them:
 * names lead nowhere but to a member of the archive, sizes are what is there, digests are verified on the way.
 */
@NullMarked
package io.wharfgate.client.archive;

import org.jspecify.annotations.NullMarked;
