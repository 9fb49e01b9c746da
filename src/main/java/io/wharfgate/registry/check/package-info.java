/**
 * Looks whether what is stored is what it should be, puts aside what is not, and makes anew what follows from the rest.
 * Goes by {@link io.wharfgate.registry.RegistryLayout} and the {@link io.wharfgate.storage.ObjectStore} alone; of the
 * registry that serves the storage meanwhile it needs the locks.
 *
 * <p>A {@code Subject} is one thing that is looked at, and says what is wrong with it. Nothing is told of at once: it is
 * looked at again, alone with its repository, by {@code SecondLook}, which also mends it.
 */
@NullMarked
package io.wharfgate.registry.check;

import org.jspecify.annotations.NullMarked;
