package io.wharfgate.client.archive;

import io.wharfgate.client.ExchangeException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The files of an archive, wherever they lie. Safe for use by any thread. Whoever opened it closes it. */
interface ArchiveFiles extends Closeable {

    /** For people. */
    String name();

    /** Bytes of the file; empty when there is none of that name. */
    Optional<Long> size(String path) throws IOException;

    /**
     * Opens a file that is there.
     *
     * @param offset up to its size
     */
    InputStream open(String path, long offset) throws IOException;

    /**
     * A small file as a whole.
     *
     * @throws ExchangeException when it is larger
     */
    default Optional<byte[]> read(String path, int most) throws IOException {
        Optional<Long> size = size(path);
        if (size.isEmpty()) {
            return Optional.empty();
        }
        if (size.get() > most) {
            throw new ExchangeException(
                    path + " of " + name() + " is larger than " + most + " bytes: that is no image");
        }
        try (InputStream in = open(path, 0)) {
            return Optional.of(in.readNBytes(most));
        }
    }
}
