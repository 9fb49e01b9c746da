package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/**
 * A blob on its way: its bytes are counted and hashed, and the last of them are only handed out when they are right. It can be
 * opened again where an interrupted transfer stands; what was hashed before is not hashed again. One thread at a time.
 */
public final class VerifiedBlob {

    private final ImageSource source;
    private final Descriptor descriptor;
    private final LongConsumer moved;
    private final MessageDigest hash;
    private long hashed;

    /** @param moved told of bytes as they pass, those of a repeated part once only */
    public VerifiedBlob(ImageSource source, Descriptor descriptor, LongConsumer moved) {
        this.source = source;
        this.descriptor = descriptor;
        this.moved = moved;
        this.hash = descriptor.digest().algorithm().newMessageDigest();
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /**
     * The bytes from there on, up to the blob's size. The caller closes it before it opens the next one.
     *
     * @param offset not beyond what has been read before
     */
    public InputStream open(long offset) throws IOException {
        long from = offset > hashed ? hashed : offset;
        InputStream in = from == descriptor.size() ? InputStream.nullInputStream() : source.open(descriptor, from);
        Verifying verifying = new Verifying(in, from);
        if (from < offset) {
            verifying.skipNBytes(offset - from);
        }
        if (descriptor.size() == 0) {
            verify();
        }
        return verifying;
    }

    private void verify() throws ExchangeException {
        if (!descriptor.digest().equals(Digest.ofHash(descriptor.digest().algorithm(), hash.digest()))) {
            throw new ExchangeException("the content of blob " + descriptor.digest()
                    + " is not what its digest says: it is" + " damaged at " + source.name());
        }
    }

    private final class Verifying extends FilterInputStream {

        private long position;

        Verifying(InputStream in, long position) {
            super(in);
            this.position = position;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int n = read(one, 0, 1);
            return n < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            long left = descriptor.size() - position;
            if (left == 0 || length == 0) {
                return left == 0 ? -1 : 0;
            }
            int n = in.read(buffer, start, (int) Math.min(left, length));
            if (n < 0) {
                throw new ExchangeException("blob " + descriptor.digest() + " ends at " + position + " of "
                        + descriptor.size() + " bytes at " + source.name());
            }
            take(buffer, start, n);
            return n;
        }

        private void take(byte[] buffer, int start, int n) throws IOException {
            long end = position + n;
            if (end > hashed) {
                int fresh = (int) (end - hashed);
                hash.update(buffer, start + n - fresh, fresh);
                hashed = end;
                moved.accept(fresh);
                if (hashed == descriptor.size()) {
                    verify();
                }
            }
            position = end;
        }

        @Override
        public long skip(long n) throws IOException {
            // By reading, so that all is hashed.
            byte[] buffer = new byte[(int) Math.min(8192, Math.max(1, n))];
            return Math.max(0, read(buffer, 0, (int) Math.min(buffer.length, n)));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
