package io.wharfgate.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the parts of {@link RegistryApiContract} have in common. */
@ExtendWith(Deviations.class)
abstract class ResourceContract {

    /** A repository that no other test knows. */
    final String name =
            "contract/" + Long.toHexString(ThreadLocalRandom.current().nextLong());

    abstract RegistryClient client();

    RawTls raw() throws IOException {
        return client().registry().raw();
    }

    boolean isGateway() {
        return is(Trait.GATEWAY);
    }

    boolean is(Trait trait) {
        return client().registry().is(trait);
    }

    /** How long to wait for what a registry with this trait will never do. */
    Duration patience(Trait trait) {
        return is(trait) ? Duration.ofMillis(200) : Duration.ofSeconds(10);
    }

    /** A Location of the same upload as another; only a registry that keeps its state there may write it differently. */
    void assertSameUpload(String answered, String known) {
        if (is(Trait.STATE_IN_LOCATION)) {
            assertThat(path(answered)).isEqualTo(path(known));
        } else {
            assertThat(answered).isEqualTo(known);
        }
    }

    /** Without the query. */
    static String path(String location) {
        int query = location.indexOf('?');
        return query < 0 ? location : location.substring(0, query);
    }

    /** The code for what lies in a repository that is not there. */
    String nameUnknown() {
        return is(Trait.NO_NAME_UNKNOWN) ? "MANIFEST_UNKNOWN" : "NAME_UNKNOWN";
    }

    /** The code for an upload that is not there. */
    String uploadUnknown() {
        return is(Trait.STATE_IN_LOCATION) ? "BLOB_UPLOAD_INVALID" : "BLOB_UPLOAD_UNKNOWN";
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
