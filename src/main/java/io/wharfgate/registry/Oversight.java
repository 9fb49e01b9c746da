package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.util.Optional;

/**
 * Who has a say in what happens to the storage, and who is told of it. Each of them is for any thread and never waits.
 *
 * @param tags says which tags stay as they are
 * @param accounts count and refuse
 * @param pulls is told of each manifest that a client fetches
 */
public record Oversight(FixedTags tags, Accounts accounts, Pulls pulls) {

    /** Everything may be changed, and nobody cares. */
    public static final Oversight NONE =
            new Oversight((name, tag) -> Optional.empty(), Accounts.NONE, (name, reference, digest) -> {});

    /** Which tags may be neither moved nor deleted once they are there. */
    @FunctionalInterface
    public interface FixedTags {

        /** By which rule, for the client: "rule 2 of storage-rules.yaml, line 14"; empty when the tag may be changed. */
        Optional<String> fixedBy(RepositoryName name, Tag tag);
    }

    /** Is told of each manifest that a client fetches. */
    @FunctionalInterface
    public interface Pulls {

        /**
         * A manifest was fetched.
         *
         * @param reference what was asked for; it led to {@code digest}
         */
        void pulled(RepositoryName name, Reference reference, Digest digest);
    }
}
