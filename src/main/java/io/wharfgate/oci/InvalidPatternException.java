package io.wharfgate.oci;

/** Text is no {@link RepositoryPattern}. The message says what is wrong and what to do, without the text itself. */
public final class InvalidPatternException extends Exception {

    private static final long serialVersionUID = 1;

    InvalidPatternException(String message) {
        super(message);
    }
}
