package io.wharfgate.registry.check;

import java.util.Locale;

/** What can be wrong, what that means for clients, and what is done about it by a repair. */
enum Kind {
    BLOB_CORRUPT(
            Severity.ERROR,
            "a pull of it ends with an error, and as long as it is there a push of the right content is dropped as known",
            "puts it aside; push an image with it again, to whichever repository, and all that refer to it are whole"),
    UNREADABLE(
            Severity.ERROR,
            "requests for it get a status of 500, or 404",
            "nothing: see to the disk, and to the owner and mode of what is named"),
    WRONG_KIND(
            Severity.ERROR,
            "what should be here counts as missing, and pushing it again fails",
            "nothing: look at what it is, and move it out of the storage"),
    FOREIGN(Severity.WARNING, "none sees it", "nothing: look at what it is, and move it out of the storage"),
    LINK_DAMAGED(
            Severity.ERROR,
            "what it stands for gets 404 in this repository",
            "writes it anew: where it lies says what it has to hold"),
    LINK_WRONG(
            Severity.ERROR,
            "other content is served than was asked for, which clients refuse",
            "writes it anew: where it lies says what it has to hold"),
    LAYER_MISSING(
            Severity.WARNING,
            "the blob gets 404; a client that pushes sends it again",
            "nothing: the link is right again as soon as the content has been pushed, to whichever repository"),
    MANIFEST_MISSING(
            Severity.ERROR,
            "a pull of it gets 404",
            "nothing: the link is right again as soon as the manifest has been pushed, to whichever repository"),
    MANIFEST_INVALID(
            Severity.WARNING,
            "served as it was pushed, and none can use it",
            "nothing: push what was meant, or delete it"),
    MANIFEST_INCOMPLETE(Severity.ERROR, "a pull of it fails", "nothing: push the image again"),
    SIZE_DIFFERS(
            Severity.WARNING,
            "containerd and others refuse the content, as the manifest announces another size",
            "nothing: the manifest was pushed so; build the image anew and push it"),
    MEDIA_TYPE_DAMAGED(
            Severity.WARNING,
            "the manifest is served with the type that its content tells, if it does",
            "puts it aside"),
    MEDIA_TYPE_WRONG(
            Severity.ERROR,
            "the manifest is served with another type than it says itself, which clients refuse",
            "puts it aside: the content says what it is"),
    MEDIA_TYPE_UNKNOWN(
            Severity.WARNING,
            "the manifest is served as application/octet-stream, which none takes for an image",
            "nothing: push it again"),
    TAG_DAMAGED(
            Severity.ERROR,
            "a pull of the tag gets 404",
            "points it to the manifest that it was, if there was only ever one; else puts it aside; then push again"),
    TAG_DANGLING(
            Severity.ERROR,
            "the tag is listed, and a pull of it gets 404",
            "puts the tag aside; push the image again, or tag another"),
    TAG_WITHOUT_CONTENT(
            Severity.ERROR,
            "the tag is listed, and a pull of it gets 404",
            "nothing: it is whole again as soon as its manifest has been pushed"),
    TAG_LEFTOVER(Severity.NOTICE, "none sees it: an interrupted push or deletion left it", "removes it"),
    TAG_INDEX(Severity.NOTICE, "none sees it; CNCF distribution keeps such a link for each tag", "writes the link"),
    REFERRER_MISSING(
            Severity.ERROR, "what is attached to a manifest is not listed there: signatures are not found", "lists it"),
    REFERRER_UNLISTED(
            Severity.NOTICE,
            "none yet: it is listed as soon as somebody asks for the manifest's referrers",
            "lists it"),
    REFERRER_WRONG(Severity.ERROR, "a manifest is listed as attached to one that it is not attached to", "unlists it"),
    REFERRER_STALE(Severity.NOTICE, "none sees it: its manifest is gone", "removes it"),
    REFERRERS_SCANNED(
            Severity.NOTICE, "the next who asks for referrers waits until all manifests have been read", "removes it"),
    UPLOAD_UNDATED(
            Severity.WARNING,
            "the upload can be gone on with, but may never be thrown away as too old",
            "dates it as begun now"),
    UPLOAD_LEFTOVER(
            Severity.NOTICE,
            "none sees it: it is no upload without data",
            "nothing: the collection of garbage takes it");

    private final Severity severity;
    private final String clients;
    private final String repair;

    Kind(Severity severity, String clients, String repair) {
        this.severity = severity;
        this.clients = clients;
        this.repair = repair;
    }

    Severity severity() {
        return severity;
    }

    /** As in reports: "blob-corrupt". */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it means for them. */
    String clients() {
        return clients;
    }

    /** What a repair does. */
    String repair() {
        return repair;
    }
}
