package io.wharfgate.gateway;

import java.util.Locale;

/** What a request was for, by the names of the audit log. Consumers rely on them: one may be added, none changed. */
public enum AuditOperation {
    /** A ping that was refused; one that succeeds is no event. */
    PING,
    CATALOG_LIST,
    TAG_LIST,
    /** A tag was taken away; its manifest stays. */
    TAG_DELETE,
    MANIFEST_PULL,
    MANIFEST_HEAD,
    MANIFEST_PUSH,
    MANIFEST_DELETE,
    REFERRER_LIST,
    BLOB_PULL,
    BLOB_HEAD,
    /** The request that makes a blob of what was uploaded; the bytes may have come with those before it. */
    BLOB_PUSH,
    BLOB_MOUNT,
    BLOB_DELETE,
    /** Also a mount that was answered with an upload, because its source could not be used. */
    UPLOAD_START,
    UPLOAD_STATUS,
    UPLOAD_WRITE,
    UPLOAD_CANCEL,
    /** A path of no resource that this service knows, or a method that its resource does not have. */
    OTHER,
    /** A request that could not be read as any of these. */
    INVALID,
    /** Wrong credentials. */
    LOGIN_FAILED,
    /** Credentials that were not looked at, after too many wrong ones. */
    LOGIN_THROTTLED,
    /** Credentials that were not looked at, for want of time. */
    LOGIN_OVERLOADED,
    TOKEN_ISSUED,
    /** A token that is not valid (any more), or one that was asked for and not issued. */
    TOKEN_REFUSED;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '.');

    /** {@code blob.pull}. */
    @Override
    public String toString() {
        return text;
    }
}
