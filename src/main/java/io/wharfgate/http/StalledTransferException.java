package io.wharfgate.http;

import java.io.IOException;
import java.time.Duration;

/** A client neither sent nor took a byte for too long. */
final class StalledTransferException extends IOException {

    private static final long serialVersionUID = 1L;

    StalledTransferException(Duration limit) {
        super("no progress for " + limit.toSeconds() + " s");
    }
}
