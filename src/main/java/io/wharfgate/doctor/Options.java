package io.wharfgate.doctor;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What to examine, and how. Immutable.
 *
 * @param login empty to look as a stranger
 * @param authority a PEM file of CAs to trust instead of the system's
 * @param insecure go on with a certificate that nobody vouches for
 * @param repository where the checks push to
 * @param pace what of this costs time or leaves traces
 */
public record Options(
        Target target,
        Optional<Login> login,
        Optional<Path> authority,
        boolean insecure,
        RepositoryName repository,
        Pace pace) {

    /** Where the checks push to, unless told otherwise. One name, as some registries list a repository for ever. */
    public static final RepositoryName SCRATCH = new RepositoryName("wharfgate-doctor/scratch");

    /** A user and a password. */
    public record Login(String user, Secret password) {}

    /**
     * How far the checks go.
     *
     * @param timeout for each connection and each answer
     * @param readOnly nothing is pushed
     * @param slow the transfers of {@code slowness} are made too
     */
    public record Pace(Duration timeout, boolean readOnly, boolean slow, Slowness slowness) {}

    /**
     * A transfer that is slow: this many pieces with a rest after each, and one long pause in the middle.
     *
     * @param pieces at least 2
     */
    public record Slowness(int pieces, Duration rest, Duration pause) {

        /**
         * Longer than the minute that many programs give a whole request, with a pause longer than the 50 s of HAProxy's examples,
         * yet shorter than the minute after which Wharfgate itself, and nginx, take a transfer for stalled.
         */
        public static final Slowness USUAL = new Slowness(6, Duration.ofSeconds(4), Duration.ofSeconds(53));

        /** How long one transfer takes. */
        public Duration total() {
            return rest.multipliedBy(pieces).plus(pause);
        }
    }
}
