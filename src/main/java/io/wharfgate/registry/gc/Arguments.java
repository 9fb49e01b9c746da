package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads what a command has sent with its request. */
final class Arguments {

    private final Map<String, String> arguments;

    Arguments(Map<String, String> arguments) {
        this.arguments = arguments;
    }

    boolean is(String name) {
        return "true".equals(arguments.get(name));
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(arguments.get(name));
    }

    Optional<Duration> duration(String name) throws IOException {
        try {
            return text(name).map(Duration::parse);
        } catch (DateTimeException e) {
            throw new IOException(name + " is no duration", e);
        }
    }

    static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
