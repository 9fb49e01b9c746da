package io.wharfgate.tls;

import io.wharfgate.tls.TlsMaterialException.Problem;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Follows the certificate files of a running server. Has no thread and no timer: its owner calls {@link #poll} every
 * few seconds, and {@link #reload} on SIGHUP. Thread-safe; the calls take turns.
 *
 * <p>Key and certificate are two files and change a moment apart, so what a poll finds may be half of a change. A new
 * state of the files is adopted at once when it is whole and did not change while being read. When it is not, nothing
 * is said the first time; only when the next poll finds the very same state it is refused, once. Whatever happens, the
 * identity in force stays until a better one is there.
 */
public final class CertificateWatch {

    private final ServerTls tls;
    private final TlsFiles files;
    private final Clock clock;
    private String adopted;
    private String suspicious = "";
    private String refused = "";

    /** What a poll found. */
    public sealed interface Outcome {
        /** Nothing new; also a broken state that was refused before. */
        record Unchanged() implements Outcome {}

        /** The files have changed and are not whole (yet): look again. */
        record Settling() implements Outcome {}

        /** A new identity is in force. */
        record Adopted(ServerIdentity identity) implements Outcome {}

        /** The new files cannot be used; the old identity stays. Reported once for one state of the files. */
        record Refused(TlsMaterialException why) implements Outcome {}
    }

    private CertificateWatch(ServerTls tls, TlsFiles files, Clock clock, String adopted) {
        this.tls = tls;
        this.files = files;
        this.clock = clock;
        this.adopted = adopted;
    }

    /**
     * Loads the files for the first time.
     *
     * @throws TlsMaterialException when they cannot be used; {@link TlsMaterialException#isMissing} when one is not there
     */
    public static CertificateWatch open(TlsFiles files, Clock clock) throws TlsMaterialException {
        String before = files.fingerprint();
        return new CertificateWatch(new ServerTls(ServerIdentity.load(files, clock)), files, clock, before);
    }

    public ServerTls tls() {
        return tls;
    }

    /** The files that are looked at. */
    public List<Path> watched() {
        return files.watched();
    }

    /** False while the files are in a state that was refused. */
    public synchronized boolean inForce() {
        return refused.isEmpty();
    }

    /** Looks whether the files have changed, and adopts them when they are whole. */
    public synchronized Outcome poll() {
        String found = files.fingerprint();
        if (found.equals(adopted)) {
            suspicious = "";
            refused = "";
            return new Outcome.Unchanged();
        }
        if (found.equals(refused)) {
            return new Outcome.Unchanged();
        }
        try {
            return new Outcome.Adopted(adopt(found));
        } catch (TlsMaterialException e) {
            if (!found.equals(suspicious)) {
                suspicious = found;
                return new Outcome.Settling();
            }
            refused = found;
            return new Outcome.Refused(e);
        }
    }

    /**
     * Loads the files now, changed or not.
     *
     * @throws TlsMaterialException when they cannot be used; the old identity stays in force
     */
    public synchronized ServerIdentity reload() throws TlsMaterialException {
        return adopt(files.fingerprint());
    }

    /**
     * Reads files that are to take over from these, or these once more. Nothing changes before {@link Successor#takeOver}.
     *
     * @throws TlsMaterialException when they cannot be used
     */
    public Successor successor(TlsFiles others) throws TlsMaterialException {
        String found = others.fingerprint();
        ServerIdentity identity = load(others, found);
        return new Successor(new CertificateWatch(tls, others, clock, found), identity);
    }

    /**
     * Follows other files for the same listener.
     *
     * @param watch not to be polled before it has taken over, nor its predecessor after that
     * @param identity what was read
     */
    public record Successor(CertificateWatch watch, ServerIdentity identity) {

        /** Gives the identity to all handshakes from now on; false when it was in force already. */
        public boolean takeOver() {
            boolean other = !identity.equals(watch.tls.identity());
            if (other) {
                watch.tls.use(identity);
            }
            return other;
        }
    }

    private ServerIdentity adopt(String found) throws TlsMaterialException {
        ServerIdentity identity = load(files, found);
        if (!identity.equals(tls.identity())) {
            tls.use(identity);
        }
        adopted = found;
        suspicious = "";
        refused = "";
        return identity;
    }

    private ServerIdentity load(TlsFiles files, String found) throws TlsMaterialException {
        ServerIdentity identity = ServerIdentity.load(files, clock);
        if (!files.fingerprint().equals(found)) {
            throw new TlsMaterialException(
                    Problem.DAMAGED, files.certificate(), "changed while it was being read; try again");
        }
        return identity;
    }
}
