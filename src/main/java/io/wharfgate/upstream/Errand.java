package io.wharfgate.upstream;

import java.util.List;

/**
 * What a client's request becomes for an upstream, before an address is chosen.
 *
 * @param path as it came
 * @param query as it came, or with something taken out; without the {@code ?}, empty for none
 * @param scopes what a token must allow ({@link TokenScope})
 * @param kind what the answer means
 */
record Errand(String path, String query, List<String> scopes, Kind kind) {

    Errand {
        scopes = List.copyOf(scopes);
    }

    enum Kind {
        /** Answered in the upstream's stead where that lives but knows no such path. */
        PING,
        /** Begins an upload, which perhaps is a mount. */
        UPLOADS,
        /** Its Location may be that of an upload session. */
        UPLOAD,
        ORDINARY
    }

    /** Whether a Location in the answer may be that of an upload session. */
    boolean mayBeUpload() {
        return kind == Kind.UPLOADS || kind == Kind.UPLOAD;
    }

    /** @param basePath what stands before {@code /v2/} at the address */
    String target(String basePath, String withoutMark) {
        return basePath + path + (withoutMark.isEmpty() ? "" : "?" + withoutMark);
    }
}
