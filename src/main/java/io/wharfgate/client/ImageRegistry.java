package io.wharfgate.client;

import io.wharfgate.oci.RepositoryName;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A registry: repositories by their names. Thread-safe; whoever opened it closes it. */
public interface ImageRegistry extends Closeable {

    /** A repository, be there one or not. */
    ImageRepository repository(RepositoryName name);

    /** All repositories that it lists. */
    List<RepositoryName> catalog() throws IOException;
}
