package io.wharfgate.registry.api;

import io.wharfgate.oci.ByteRange;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in the blob a chunk belongs: {@code Content-Range: <first>-<last>}, without a unit (OCI distribution
 * specification, "Pushing a blob in chunks"). {@code bytes first-last/total}, as HTTP itself writes it, is taken too.
 */
record ChunkRange(long first, long length) {

    private static final Pattern GRAMMAR =
            Pattern.compile("(?:bytes[ =])?(\\d{1,18})-(\\d{1,18})(?:/(?:\\d{1,18}|\\*))?");

    /**
     * Reads the header, where there is one.
     *
     * @param contentLength length of the request's body, or -1 when it is not announced
     * @throws RegistryException BLOB_UPLOAD_INVALID or SIZE_INVALID
     */
    static Optional<ChunkRange> of(Optional<String> header, long contentLength) {
        // An empty closing PUT has no range that can be written down; some clients send "0-0", some "5-4".
        if (header.isEmpty() || contentLength == 0) {
            return Optional.empty();
        }
        Matcher range = GRAMMAR.matcher(header.get().trim());
        if (!range.matches() || Long.parseLong(range.group(2)) < Long.parseLong(range.group(1))) {
            throw new RegistryException(
                    RegistryError.BLOB_UPLOAD_INVALID, "Content-Range is not of the form <first>-<last>");
        }
        ByteRange bytes = new ByteRange(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
        if (contentLength > 0 && contentLength != bytes.length()) {
            throw new RegistryException(
                    RegistryError.SIZE_INVALID, "Content-Range and Content-Length speak of different lengths");
        }
        return Optional.of(new ChunkRange(bytes.first(), bytes.length()));
    }
}
