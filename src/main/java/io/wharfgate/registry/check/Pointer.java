package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.util.Optional;

/** What is where a link file should be. */
sealed interface Pointer {

    /** There is none. */
    record Missing() implements Pointer {}

    /** It holds no digest. */
    record Damaged(String text) implements Pointer {

        String seen() {
            return text.isEmpty() ? "is empty" : "holds no digest";
        }
    }

    record To(Digest target) implements Pointer {}

    static Pointer read(Content content, ObjectKey link) throws IOException {
        Optional<String> text = content.text(link);
        if (text.isEmpty()) {
            return new Missing();
        }
        try {
            return new To(Digest.parse(text.get()));
        } catch (RegistryException e) {
            return new Damaged(text.get());
        }
    }

    /** What it points to, if it can be read. */
    default Optional<Digest> digest() {
        return this instanceof To to ? Optional.of(to.target()) : Optional.empty();
    }

    default boolean there() {
        return !(this instanceof Missing);
    }
}
