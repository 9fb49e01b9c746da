package io.wharfgate.gateway;

import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Scope;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One request that is over: who, from where, did what, with what result. Holds no password, no token, and no header of the
 * client's. Immutable.
 *
 * @param time when it was over
 * @param requestId by which the log has more
 * @param client address of the client, as text
 */
public record AuditEvent(Instant time, String requestId, String client, Who who, What what, Outcome outcome) {

    /**
     * Who it was.
     *
     * @param user empty for the anonymous, and for whom nobody knows
     * @param credential by what he came in; empty when he did not
     */
    public record Who(Optional<String> user, Optional<Credential> credential) {}

    /**
     * What it was about.
     *
     * @param tags those that it named: of a pushed manifest, all that it was given
     * @param digest what it named or was told, of a blob or a manifest; for referrers, of their subject
     * @param from the repository that a mount named as its source
     * @param scopes what an issued token is good for
     */
    public record What(
            AuditOperation operation,
            Optional<RepositoryName> repository,
            List<Tag> tags,
            Optional<Digest> digest,
            Optional<RepositoryName> from,
            List<Scope> scopes) {

        public What {
            tags = List.copyOf(tags);
            scopes = List.copyOf(scopes);
        }

        static What of(AuditOperation operation) {
            return new What(operation, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), List.of());
        }
    }

    /**
     * How it ended.
     *
     * @param reason why it was refused; may name a user as he was written, so it is for operators only
     * @param status HTTP status of the answer; 499 when there was none
     * @param received bytes of the request's body that arrived
     * @param sent bytes of the answer's body
     */
    public record Outcome(
            Result result, Optional<String> reason, int status, long received, long sent, Duration duration) {}

    /** In a word. */
    public enum Result {
        SUCCESS,
        /** By the access rules, or by what a token is good for. */
        DENIED,
        /** Without credentials where some are needed, or with wrong ones. */
        UNAUTHORIZED,
        /** For any other reason. */
        FAILED,
        /** The connection broke before the answer was out. */
        ABORTED
    }
}
