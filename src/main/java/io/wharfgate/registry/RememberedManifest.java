package io.wharfgate.registry;

import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;

/**
 * A manifest that was read once, in memory. It may be out of date, or deleted: only what {@link Manifests#confirm} says yes to
 * may be given to a client. Safe for use by any thread; one that was read again is another object.
 */
public final class RememberedManifest {

    private final RepositoryName name;
    private final Reference reference;
    private final Manifests.Stored manifest;
    private final Evidence evidence;

    RememberedManifest(RepositoryName name, Reference reference, Manifests.Stored manifest, Evidence evidence) {
        this.name = name;
        this.reference = reference;
        this.manifest = manifest;
        this.evidence = evidence;
    }

    public RepositoryName name() {
        return name;
    }

    /** What it was asked for by. */
    public Reference reference() {
        return reference;
    }

    public Manifests.Stored manifest() {
        return manifest;
    }

    Evidence evidence() {
        return evidence;
    }
}
