package io.wharfgate.registry.api;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** What the parts of {@link RegistryApiContract} have in common. */
abstract class ResourceContract {

    /** A repository that no other test knows. */
    final String name =
            "contract/" + Long.toHexString(ThreadLocalRandom.current().nextLong());

    abstract RegistryClient client();

    RawTls raw() throws IOException {
        return client().registry().raw();
    }

    boolean isGateway() {
        return client().registry().is(RegistryUnderTest.Trait.GATEWAY);
    }

    String manifestPath(Object reference) {
        return "/v2/" + name + "/manifests/" + reference;
    }

    String blobPath(Object digest) {
        return "/v2/" + name + "/blobs/" + digest;
    }

    String uploadsPath() {
        return "/v2/" + name + "/blobs/uploads/";
    }
}
