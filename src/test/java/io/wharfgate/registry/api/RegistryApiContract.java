package io.wharfgate.registry.api;

import org.junit.jupiter.api.Nested;

/**
 * What every registry of this project must answer over HTTPS, wherever its content lies: one class for each resource,
 * run against whatever a subclass starts. A test uses a repository of its own, so tests need no order and no cleaning
 * up.
 */
abstract class RegistryApiContract {

    /** An ordinary registry. */
    abstract RegistryClient client();

    /** A registry in which deleting is switched off. */
    abstract RegistryClient clientWithoutDelete();

    @Nested
    class Ping extends PingContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Uploads extends UploadContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Chunks extends ChunkContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Blobs extends BlobContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Manifests extends ManifestContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class RefusedManifests extends RefusedManifestContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Deletes extends DeleteContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }

        @Override
        RegistryClient clientWithoutDelete() {
            return RegistryApiContract.this.clientWithoutDelete();
        }
    }

    @Nested
    class Lists extends ListContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Referrers extends ReferrersContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Names extends NameContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class EarlyAnswers extends EarlyAnswerContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }

    @Nested
    class Framing extends FramingContract {
        @Override
        RegistryClient client() {
            return RegistryApiContract.this.client();
        }
    }
}
