package io.wharfgate.tls;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A certificate or key that cannot be used. The message is for the operator: it names the file, says what is wrong with
 * it and what to do, and never holds key material or a passphrase.
 */
public final class TlsMaterialException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong, for callers that treat some problems in their own way. */
    public enum Problem {
        /** The file does not exist (yet): a service waits for it instead of giving up. */
        MISSING,
        /** The file exists and cannot be read, or not written. */
        UNREADABLE,
        EMPTY,
        NOT_PEM,
        /** PEM that breaks off or does not decode, as when it is read while being written. */
        DAMAGED,
        NO_CERTIFICATE,
        NO_KEY,
        /** A key stands where the certificate should be, or the other way round. */
        SWAPPED,
        /** Key and certificate do not belong together; also seen for a moment while both are being replaced. */
        MISMATCH,
        PASSPHRASE_MISSING,
        PASSPHRASE_WRONG,
        UNSUPPORTED_KEY,
        EXPIRED,
        NOT_YET_VALID,
        /** The files of the self-signed CA are incomplete or do not fit each other. */
        AUTHORITY
    }

    private final Problem problem;
    private final String file;

    TlsMaterialException(Problem problem, Path file, String message) {
        super(file + ": " + message);
        this.problem = problem;
        this.file = file.toString();
    }

    TlsMaterialException(Problem problem, Path file, String message, Throwable cause) {
        super(file + ": " + message, cause);
        this.problem = problem;
        this.file = file.toString();
    }

    /** For the operator: the file, what is wrong, and what to do. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public Problem problem() {
        return problem;
    }

    /** The file that the message is about. */
    public Path file() {
        return Path.of(file);
    }

    /** True when the file does not exist: it may still come, as before the first run of a certificate client. */
    public boolean isMissing() {
        return problem == Problem.MISSING;
    }
}
