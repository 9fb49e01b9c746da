package io.wharfgate.gateway;

import io.wharfgate.oci.RepositoryName;

/**
 * What else the user of a request may do: for what it names beside its own repository, and for lists. Safe for use by any
 * thread, and fast.
 */
public interface Rights {

    /** Whether he may pull from a repository: a mount's source. */
    boolean mayPull(RepositoryName repository);

    /** Whether he may pull from every repository there is or will be: for a mount whose source nobody named. */
    boolean mayPullAll();

    /** Whether a repository stands in his catalog. */
    boolean mayList(RepositoryName repository);

    /** Whether every repository there is or will be stands in his catalog. */
    boolean mayListAll();
}
