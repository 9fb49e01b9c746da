package io.wharfgate.oci;

import java.util.Optional;

/**
 * What a request below {@code /v2/} is about. Made once by {@link RouteParser}; that one object is authorised, logged,
 * counted and handled, and nobody reads the path again.
 */
public sealed interface RegistryRoute {

    /** Calls the one method of {@code cases} that belongs to this kind of route. */
    <R> R match(Cases<R> cases);

    /** The repository that the route lies in, if it lies in one. */
    default Optional<RepositoryName> repository() {
        return Optional.empty();
    }

    /**
     * One method for each kind of route: a new kind does not compile until everyone who decides by kind has decided.
     * (Java 17 has no exhaustive switch over sealed types.)
     */
    interface Cases<R> {
        R ping(Ping route);

        R catalog(Catalog route);

        R tags(Tags route);

        R manifest(Manifest route);

        R blob(Blob route);

        R uploads(Uploads route);

        R upload(Upload route);

        R referrers(Referrers route);

        R other(Other route);
    }

    /** {@code /v2/}: is this a registry, and may I come in? */
    record Ping() implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.ping(this);
        }
    }

    /** {@code /v2/_catalog} */
    record Catalog() implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.catalog(this);
        }
    }

    /** {@code /v2/<name>/tags/list} */
    record Tags(RepositoryName name) implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.tags(this);
        }

        @Override
        public Optional<RepositoryName> repository() {
            return Optional.of(name);
        }
    }

    /** {@code /v2/<name>/manifests/<reference>} */
    record Manifest(RepositoryName name, Reference reference) implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.manifest(this);
        }

        @Override
        public Optional<RepositoryName> repository() {
            return Optional.of(name);
        }
    }

    /** {@code /v2/<name>/blobs/<digest>} */
    record Blob(RepositoryName name, Digest digest) implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.blob(this);
        }

        @Override
        public Optional<RepositoryName> repository() {
            return Optional.of(name);
        }
    }

    /** {@code /v2/<name>/blobs/uploads/}: where uploads begin. */
    record Uploads(RepositoryName name) implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.uploads(this);
        }

        @Override
        public Optional<RepositoryName> repository() {
            return Optional.of(name);
        }
    }

    /** {@code /v2/<name>/blobs/uploads/<id>}: one upload session. */
    record Upload(RepositoryName name, UploadId id) implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.upload(this);
        }

        @Override
        public Optional<RepositoryName> repository() {
            return Optional.of(name);
        }
    }

    /** {@code /v2/<name>/referrers/<digest>}: the manifests whose {@code subject} that digest is. */
    record Referrers(RepositoryName name, Digest subject) implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.referrers(this);
        }

        @Override
        public Optional<RepositoryName> repository() {
            return Optional.of(name);
        }
    }

    /**
     * A path that is no resource of the specification: an extension, or the API's first version. This registry has none of
     * them; one behind a gateway may.
     *
     * @param path as it came; its components are plain ones, so that nobody can read it in two ways
     */
    record Other(String path) implements RegistryRoute {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.other(this);
        }
    }
}
