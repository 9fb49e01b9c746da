package io.wharfgate.oci;

/**
 * Every error that a client can be told, with its code on the wire, its HTTP status and its standing message.
 *
 * <p>The codes are those of the OCI distribution specification, "Error Codes"; where it has none, the code that CNCF
 * distribution uses (RANGE_INVALID, PAGINATION_NUMBER_INVALID, UNAVAILABLE, UNKNOWN), as clients know them.
 */
public enum RegistryError {
    BLOB_UNKNOWN("BLOB_UNKNOWN", 404, "blob unknown to this repository"),
    BLOB_UPLOAD_INVALID("BLOB_UPLOAD_INVALID", 400, "blob upload invalid"),
    BLOB_UPLOAD_OUT_OF_ORDER("BLOB_UPLOAD_INVALID", 416, "chunk does not start where the upload stands"),
    BLOB_UPLOAD_BUSY("BLOB_UPLOAD_INVALID", 409, "another request is writing to this upload"),
    BLOB_UPLOAD_UNKNOWN("BLOB_UPLOAD_UNKNOWN", 404, "blob upload unknown to this repository"),
    DIGEST_INVALID("DIGEST_INVALID", 400, "digest invalid or not that of the content"),
    MANIFEST_BLOB_UNKNOWN("MANIFEST_BLOB_UNKNOWN", 400, "manifest references content that this repository lacks"),
    MANIFEST_INVALID("MANIFEST_INVALID", 400, "manifest invalid"),
    MANIFEST_TOO_LARGE("SIZE_INVALID", 413, "manifest larger than 4 MiB"),
    MANIFEST_UNKNOWN("MANIFEST_UNKNOWN", 404, "manifest unknown to this repository"),
    NAME_INVALID("NAME_INVALID", 400, "invalid repository name"),
    NAME_UNKNOWN("NAME_UNKNOWN", 404, "repository name not known to this registry"),
    NOT_FOUND("NOT_FOUND", 404, "no such resource"),
    PAGINATION_NUMBER_INVALID("PAGINATION_NUMBER_INVALID", 400, "n is not a whole number of at least 0"),
    RANGE_INVALID("RANGE_INVALID", 416, "requested range lies outside the blob"),
    SIZE_INVALID("SIZE_INVALID", 400, "length sent is not the length announced"),
    TAG_INVALID("TAG_INVALID", 400, "tag invalid"),
    TOO_MANY_TAGS("TAG_INVALID", 414, "more tags in one request than this registry takes"),
    UNAUTHORIZED("UNAUTHORIZED", 401, "authentication required"),
    DENIED("DENIED", 403, "requested access to the resource is denied"),
    UNSUPPORTED("UNSUPPORTED", 405, "the operation is unsupported"),
    FORM_TOO_LARGE("SIZE_INVALID", 413, "form larger than 64 KiB"),
    QUOTA_EXCEEDED("DENIED", 403, "the quota of this repository is used up"),
    REQUEST_INVALID("UNSUPPORTED", 400, "the request is malformed"),
    /** Not DENIED's 403: the client may push, but not this. docker, podman and crane show the message of either. */
    TAG_FIXED("DENIED", 409, "the tag may not be changed"),
    TOO_MANY_REQUESTS("TOOMANYREQUESTS", 429, "too many requests"),
    STORAGE_FULL("UNAVAILABLE", 507, "no space is left in the registry's storage"),
    UNAVAILABLE("UNAVAILABLE", 503, "service unavailable"),
    UPSTREAM_FAILED("UNAVAILABLE", 502, "the registry behind this gateway cannot be reached or gave no proper answer"),
    UPSTREAM_TIMEOUT("UNAVAILABLE", 504, "the registry behind this gateway did not answer in time"),
    UNKNOWN("UNKNOWN", 500, "internal error; the registry's log has it under the request id");

    private final String code;
    private final int status;
    private final String message;

    RegistryError(String code, int status, String message) {
        this.code = code;
        this.status = status;
        this.message = message;
    }

    /** The {@code code} of the error JSON. */
    public String code() {
        return code;
    }

    /** The HTTP status of an answer with this error. */
    public int status() {
        return status;
    }

    /** The message for a client when nothing more exact is known. */
    public String message() {
        return message;
    }
}
