package io.wharfgate.client;

import java.io.IOException;

/** A repository that can be read and written. */
public interface ImageRepository extends ImageSource, ImageTarget {

    @Override
    String name();

    @Override
    default void close() throws IOException {
        // The registry is closed by who opened it.
    }
}
