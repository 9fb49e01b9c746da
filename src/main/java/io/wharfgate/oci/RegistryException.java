package io.wharfgate.oci;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error that is the client's to know. Message and detail go on the wire as they are: they name what was wrong and
 * what to do, and never a path on disk, a secret or another exception's text.
 */
public final class RegistryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final RegistryError error;
    private final transient Map<String, String> detail;

    public RegistryException(RegistryError error) {
        this(error, error.message(), Map.of());
    }

    public RegistryException(RegistryError error, String message) {
        this(error, message, Map.of());
    }

    public RegistryException(RegistryError error, String message, Map<String, String> detail) {
        super(message, null, false, false);
        this.error = error;
        this.detail = Map.copyOf(detail);
    }

    public RegistryError error() {
        return error;
    }

    /** What the client may know beside the message, by name; may be empty. */
    public Map<String, String> detail() {
        return detail;
    }

    /** The same error with one more detail. */
    public RegistryException with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(detail);
        more.put(name, value);
        return new RegistryException(error, String.valueOf(getMessage()), more);
    }
}
