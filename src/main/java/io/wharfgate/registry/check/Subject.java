package io.wharfgate.registry.check;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** One thing that can be right or wrong. Can be looked at more than once, and by any thread. */
interface Subject {

    /** Where it is. */
    ObjectKey place();

    /** Whose it is; empty for what is shared by all. */
    Optional<RepositoryName> repository();

    /**
     * Looks at it as it is now.
     *
     * @throws IOException when something of it cannot be read, which is a finding as well
     */
    void look(Consumer<Suspicion> found) throws IOException;
}
