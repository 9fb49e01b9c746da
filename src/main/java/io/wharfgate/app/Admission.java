package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.Backend;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.gateway.RegistryChallenges;
import io.wharfgate.gateway.TokenEndpoint;
import io.wharfgate.http.Bodies;

/**
 * Who comes in, and what he may do there. Thread-safe.
 *
 * @param realm what clients show when they ask for a password
 * @param challenges for clients without (right) credentials
 * @param parts closed by whoever opened them
 * @param passes that let commands of operators in
 * @param measurements counts who comes in
 */
record Admission(String realm, Challenges challenges, Parts parts, OperatorPasses passes, Measurements measurements) {

    static Admission of(WharfgateConfig config, Parts parts, OperatorPasses passes, Measurements measurements) {
        return new Admission(
                config.auth().realm(),
                new RegistryChallenges(
                        config.auth(), parts.files().access(), config.server().externalUrl()),
                parts,
                passes,
                measurements);
    }

    /** What everything below /v2/ has to pass. */
    Gateway gateway(Backend backend) {
        return new Gateway(
                passes.before(parts.tokens().authenticator(parts.passwords(), measurements.logins())),
                challenges,
                OperatorPasses.above(parts.files().access()),
                backend,
                audit());
    }

    private AuditTrail audit() {
        return parts.audit().<AuditTrail>map(measurements::counting).orElseGet(AuditTrail::none);
    }

    TokenEndpoint endpoint(Bodies bodies) {
        return parts.tokens().endpoint(realm, parts.passwords(), bodies, audit(), measurements.logins());
    }
}
