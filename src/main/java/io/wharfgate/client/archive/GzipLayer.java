package io.wharfgate.client.archive;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Layers and gzip. Java writes neither a time nor a name into the header, so that the same layer becomes the same bytes each time, at
 * least with the same zlib.
 */
final class GzipLayer {

    private static final int BUFFER = 64 * 1024;

    private GzipLayer() {}

    /** Whether what begins here is compressed. */
    static boolean isGzip(InputStream in) throws IOException {
        byte[] start = in.readNBytes(2);
        return start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    }

    /**
     * Compresses a layer.
     *
     * @param content digest that it has to have
     * @param to closed in the end
     */
    static Descriptor compress(InputStream plain, Digest content, MediaType type, OutputStream to) throws IOException {
        MessageDigest before = content.algorithm().newMessageDigest();
        MessageDigest after = DigestAlgorithm.SHA256.newMessageDigest();
        long[] size = {0};
        try (var counted = new DigestOutputStream(to, after) {
                    @Override
                    public void write(byte[] buffer, int start, int length) throws IOException {
                        super.write(buffer, start, length);
                        size[0] += length;
                    }

                    @Override
                    public void write(int b) throws IOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }
                };
                var gzip = new GZIPOutputStream(counted, BUFFER)) {
            new DigestInputStream(plain, before).transferTo(gzip);
        }
        require(content, before);
        return Descriptor.of(type, Digest.ofHash(DigestAlgorithm.SHA256, after.digest()), size[0]);
    }

    /**
     * Reads a compressed layer to its end.
     *
     * @param content digest that it has to have when it is unpacked
     * @return the digest of the compressed bytes
     */
    static Digest verify(InputStream compressed, Digest content) throws IOException {
        MessageDigest before = content.algorithm().newMessageDigest();
        MessageDigest after = DigestAlgorithm.SHA256.newMessageDigest();
        DigestInputStream raw = new DigestInputStream(compressed, after);
        try {
            new DigestInputStream(new GZIPInputStream(raw, BUFFER), before).transferTo(OutputStream.nullOutputStream());
        } catch (ZipException | java.io.EOFException e) {
            throw new ExchangeException("a layer of the archive is no sound gzip: " + e.getMessage(), e);
        }
        raw.transferTo(OutputStream.nullOutputStream());
        require(content, before);
        return Digest.ofHash(DigestAlgorithm.SHA256, after.digest());
    }

    private static void require(Digest content, MessageDigest hash) throws ExchangeException {
        if (!content.equals(Digest.ofHash(content.algorithm(), hash.digest()))) {
            throw new ExchangeException("layer " + content + " of the archive is damaged: its content is another one");
        }
    }
}
