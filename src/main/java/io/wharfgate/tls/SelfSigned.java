package io.wharfgate.tls;

import io.wharfgate.tls.TlsMaterialException.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A directory with a CA of our own and the server certificate that it issued:
 *
 * <pre>
 * ca.crt      what clients are told to trust; 10 years
 * ca.key      0600
 * server.crt  leaf and CA; 397 days, as browsers allow no more than 398
 * server.key  0600
 * .lock       empty; held while one of the above is being written
 * </pre>
 *
 * Clients install {@code ca.crt} once, so a CA that is there is never replaced: it is used, or an error says what is
 * wrong with it. The leaf is issued anew by the same CA when it is missing, damaged, about to expire, or for other names.
 * A running server calls {@link #ensure} now and then, and its {@link CertificateWatch} notices the new files.
 *
 * <p>Thread-safe, and safe against other processes at the same directory.
 */
public final class SelfSigned {

    /** Names for a try-out on one machine. */
    public static final List<String> LOCAL_NAMES = List.of("localhost", "127.0.0.1", "::1");

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LEAF_LIFE = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    /** A client whose clock is behind must not find the certificate to lie in the future. */
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final Path directory;
    private final Clock clock;
    private final String organization;
    private final Duration leafLife;

    public SelfSigned(Path directory, Clock clock) {
        this(directory, clock, "", LEAF_LIFE);
    }

    private SelfSigned(Path directory, Clock clock, String organization, Duration leafLife) {
        this.directory = directory;
        this.clock = clock;
        this.organization = organization;
        this.leafLife = leafLife;
    }

    /**
     * For {@code certs-example/}: marked in its subjects, so that a server can warn, and with a leaf of 10 years, so that
     * tests with it never rot.
     */
    public static SelfSigned example(Path directory, Clock clock) {
        return new SelfSigned(directory, clock, PublishedExample.ORGANIZATION, AUTHORITY_LIFE);
    }

    /** What a call did. */
    public enum Change {
        NONE,
        LEAF_ISSUED,
        ALL_MADE
    }

    /**
     * The certificate now in place, and how it came there.
     *
     * @param why for people: why the leaf was issued, or is still good
     * @param warning when the server works now and will not for ever, such as without {@code ca.key}
     */
    public record Outcome(ServerIdentity identity, Change change, String why, Optional<String> warning) {}

    public TlsFiles files() {
        return TlsFiles.of(directory.resolve("server.crt"), directory.resolve("server.key"));
    }

    /** The certificate that clients are to trust. */
    public Path authorityCertificate() {
        return directory.resolve("ca.crt");
    }

    private Path authorityKey() {
        return directory.resolve("ca.key");
    }

    /**
     * Makes sure that there is a valid certificate for exactly these names.
     *
     * @param names DNS names and IP addresses; empty for those of the leaf that is there, or {@link #LOCAL_NAMES}
     * @throws IllegalArgumentException for a name that is neither
     * @throws TlsMaterialException when files are in the way that must not be replaced, or cannot be written
     */
    public Outcome ensure(List<String> names) throws TlsMaterialException {
        return locked(parse(names), false);
    }

    /** As {@link #ensure}, but always issues a new leaf with a new key. */
    public Outcome reissue(List<String> names) throws TlsMaterialException {
        return locked(parse(names), true);
    }

    private static List<SubjectName> parse(List<String> names) {
        return names.stream().map(SubjectName::parse).distinct().toList();
    }

    private synchronized Outcome locked(List<SubjectName> names, boolean force) throws TlsMaterialException {
        try {
            PrivateFiles.makeDirectory(directory);
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return ensure(names, force, lock);
            }
        } catch (IOException | OverlappingFileLockException e) {
            throw new TlsMaterialException(
                    Problem.UNREADABLE,
                    directory,
                    "certificates cannot be written here (" + e + "); make it a directory that user '"
                            + System.getProperty("user.name") + "' may write to, or choose another",
                    e);
        }
    }

    private Outcome ensure(List<SubjectName> names, boolean force, FileLock held)
            throws IOException, TlsMaterialException {
        if (!held.isValid()) {
            throw new IOException("the lock was lost");
        }
        boolean leafThere = Files.exists(files().certificate());
        if (!leafThere && !Files.exists(authorityCertificate())) {
            return makeAll(names);
        }
        Leaf leaf = leafThere ? Leaf.read(files()) : Leaf.unusable("it is missing");
        if (!Files.exists(authorityCertificate()) || !Files.exists(authorityKey())) {
            return withoutAuthority(leaf, names, force);
        }
        Authority authority = Authority.load(authorityCertificate(), authorityKey(), clock);
        authority.refuseForeign(files().certificate());
        Optional<String> reason = force ? Optional.of("it was asked for") : reasonToIssue(leaf, authority, names);
        Optional<String> warning = authority.expiryWarning(RENEW_BEFORE);
        if (reason.isEmpty()) {
            return new Outcome(leaf.identity().orElseThrow(), Change.NONE, "the certificate is still good", warning);
        }
        ServerIdentity issued = issue(authority, namesFor(leaf, names));
        return new Outcome(issued, Change.LEAF_ISSUED, reason.get(), warning);
    }

    private Outcome makeAll(List<SubjectName> names) throws IOException, TlsMaterialException {
        if (Files.exists(authorityKey())) {
            // Left by a first start that was cut short, or by somebody who removed the rest: keep it, out of the way.
            Files.move(authorityKey(), directory.resolve("ca.key.unused-" + clock.millis()));
        }
        Instant from = clock.instant().minus(BACKDATED);
        Issuer.Issued made = Issuer.authority(organization, from, from.plus(AUTHORITY_LIFE));
        // The key first: a ca.crt always has its key, however this ends.
        PrivateFiles.writeKey(authorityKey(), PemText.of(made.key()));
        PrivateFiles.writeCertificate(authorityCertificate(), PemText.of(List.of(made.certificate())));
        Authority authority = Authority.load(authorityCertificate(), authorityKey(), clock);
        ServerIdentity issued = issue(authority, namesFor(Leaf.unusable("it is missing"), names));
        return new Outcome(issued, Change.ALL_MADE, "there was none", Optional.empty());
    }

    private ServerIdentity issue(Authority authority, List<SubjectName> names)
            throws IOException, TlsMaterialException {
        Instant from = clock.instant().minus(BACKDATED);
        Instant to = from.plus(leafLife);
        Issuer.Issued leaf = Issuer.server(
                authority.issued(),
                names,
                organization,
                from,
                to.isBefore(authority.expires()) ? to : authority.expires());
        // For a moment the files do not match; CertificateWatch knows that, and a crash here is mended by the next run.
        PrivateFiles.writeKey(files().key(), PemText.of(leaf.key()));
        PrivateFiles.writeCertificate(files().certificate(), PemText.of(authority.chainOf(leaf.certificate())));
        return ServerIdentity.load(files(), clock);
    }

    private Outcome withoutAuthority(Leaf leaf, List<SubjectName> names, boolean force) throws TlsMaterialException {
        boolean keyMissing = Files.exists(authorityCertificate());
        Path missing = keyMissing ? authorityKey() : authorityCertificate();
        Optional<String> reason = force ? Optional.of("a new one was asked for") : leaf.reasonAgainst(names);
        if (reason.isEmpty() && leaf.daysLeft(clock) < 0) {
            reason = Optional.of("it has expired");
        }
        if (reason.isPresent()) {
            throw new TlsMaterialException(
                    Problem.AUTHORITY,
                    missing,
                    "is missing, so no new server.crt can be issued, and the one there does not serve: "
                            + reason.get() + "; put " + missing.getFileName() + " back, or remove ca.crt, ca.key,"
                            + " server.crt and server.key for a new CA, which every client must then be told to trust");
        }
        return new Outcome(
                leaf.identity().orElseThrow(),
                Change.NONE,
                "the certificate is still good",
                Optional.of(missing + " is missing, so server.crt cannot be renewed; it has " + leaf.daysLeft(clock)
                        + " days left"));
    }

    private Optional<String> reasonToIssue(Leaf leaf, Authority authority, List<SubjectName> names) {
        return leaf.reasonAgainst(names).or(() -> {
            CertificateSummary summary = leaf.identity().orElseThrow().summary();
            Instant now = clock.instant();
            if (now.isBefore(summary.notBefore())) {
                return Optional.of("it is valid only from " + summary.notBefore());
            }
            // A leaf that ends with its CA cannot be had any longer-lived.
            return now.plus(RENEW_BEFORE).isAfter(summary.notAfter())
                            && summary.notAfter().isBefore(authority.expires())
                    ? Optional.of("it expires on " + summary.notAfter())
                    : Optional.empty();
        });
    }

    private static List<SubjectName> namesFor(Leaf leaf, List<SubjectName> names) {
        if (!names.isEmpty()) {
            return names;
        }
        List<String> kept = leaf.identity().map(i -> i.summary().names()).orElse(List.of());
        return parse(kept.isEmpty() ? LOCAL_NAMES : kept);
    }
}
