package io.wharfgate.doctor;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import java.util.Random;

/** Bytes that are pushed and pulled. The array is never changed. */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Blob(byte[] content, Digest digest) {

    static Blob of(byte[] content) {
        return new Blob(content, Digest.of(DigestAlgorithm.SHA256, content));
    }

    /** Noise: nothing on the way has it, or can make it smaller. */
    static Blob noise(Random random, int size) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        return of(content);
    }

    int size() {
        return content.length;
    }
}
