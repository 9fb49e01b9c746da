package io.wharfgate.registry.api;

import io.undertow.util.Headers;
import io.wharfgate.http.Answer;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;

/** The answers that tell a client where its upload stands. podman and skopeo fail where one of them lacks a Location. */
final class UploadAnswers {

    private UploadAnswers() {}

    /** 202: the session is there, and holds so many bytes. */
    static Answer accepted(RepositoryName name, UploadId id, long offset) {
        return progress(202, name, id, offset);
    }

    /** 416: the chunk does not begin at {@code offset}; carries what the client needs to go on. */
    static Answer outOfOrder(RepositoryName name, UploadId id, long offset) {
        RegistryException error =
                new RegistryException(RegistryError.BLOB_UPLOAD_OUT_OF_ORDER).with("nextOffset", Long.toString(offset));
        return describe(ErrorWriter.answer(error), name, id, offset);
    }

    static Answer progress(int status, RepositoryName name, UploadId id, long offset) {
        return describe(Answer.status(status), name, id, offset);
    }

    /** 201: the blob is in the repository. */
    static Answer created(RepositoryName name, Digest digest) {
        return Answer.status(201)
                .header(Headers.LOCATION, "/v2/" + name + "/blobs/" + digest)
                .header(ContentHeaders.DIGEST, digest.toString());
    }

    /** {@code Range} is without a unit here, and 0-0 for an empty upload too: so the docker client reads it. */
    private static Answer describe(Answer answer, RepositoryName name, UploadId id, long offset) {
        return answer.header(Headers.LOCATION, "/v2/" + name + "/blobs/uploads/" + id)
                .header(Headers.RANGE, "0-" + Math.max(0, offset - 1))
                .header(ContentHeaders.UPLOAD_UUID, id.toString());
    }
}
