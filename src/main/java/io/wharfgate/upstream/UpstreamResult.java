package io.wharfgate.upstream;

import java.util.Locale;

/** How one attempt at an upstream ended. */
public enum UpstreamResult {
    /** Below 300. */
    SUCCESS,
    REDIRECTION,
    /** 4xx: most often nothing is wrong, as clients ask for what may not be there. */
    CLIENT_ERROR,
    SERVER_ERROR,
    CONNECT,
    CONNECT_TIMEOUT,
    POOL_EXHAUSTED,
    BROKEN,
    READ_TIMEOUT;

    static UpstreamResult of(int status) {
        if (status < 300) {
            return SUCCESS;
        }
        return status < 400 ? REDIRECTION : status < 500 ? CLIENT_ERROR : SERVER_ERROR;
    }

    static UpstreamResult of(Attempt.Failure.Kind kind) {
        return switch (kind) {
            case CONNECT -> CONNECT;
            case CONNECT_TIMEOUT -> CONNECT_TIMEOUT;
            case POOL_EXHAUSTED -> POOL_EXHAUSTED;
            case BROKEN -> BROKEN;
            case READ_TIMEOUT -> READ_TIMEOUT;
        };
    }

    /** As metrics write it: {@code server_error}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
