package io.wharfgate.doctor;

import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The certificate and the versions of TLS, as docker and podman judge them. */
final class TlsChecks {

    private static final int FEW_DAYS = 14;

    private final Session session;
    private final Dialer dialer;
    private final Target target;
    private final Clock clock;
    private List<X509Certificate> sent = List.of();

    TlsChecks(Session session, Clock clock) {
        this.session = session;
        this.dialer = session.dialer();
        this.target = session.target();
        this.clock = clock;
    }

    List<Step> steps() {
        if (!target.secure()) {
            return List.of(new Step(Group.TLS, "tls", Advice.UNENCRYPTED, this::unencrypted));
        }
        return List.of(
                new Step(Group.TLS, "tls", Advice.HANDSHAKE, this::handshake),
                new Step(Group.TLS, "tls-versions", Advice.OLD_TLS, this::versions),
                new Step(Group.TLS, "plain-http", Advice.PLAIN_ON_TLS, this::plainHttp),
                new Step(Group.TLS, "certificate-names", Advice.CERTIFICATE_NAMES, this::names),
                new Step(Group.TLS, "certificate-dates", Advice.CERTIFICATE_EXPIRED, this::dates),
                new Step(Group.TLS, "certificate-chain", Advice.CHAIN, this::chain),
                new Step(Group.TLS, "certificate-trust", Advice.UNTRUSTED, this::trust));
    }

    private Outcome unencrypted() {
        return target.local()
                ? Outcome.ok("plain HTTP, on this machine alone")
                : Outcome.warning("TLS", "plain HTTP", Advice.UNENCRYPTED);
    }

    private Outcome handshake() {
        try {
            Dialer.Shown shown = dialer.look(target);
            sent = shown.chain();
            return Outcome.ok(shown.protocol() + ", " + shown.cipher());
        } catch (IOException e) {
            return withoutTls(e).andStop();
        }
    }

    private Outcome withoutTls(IOException failure) {
        if (speaksPlainHttp()) {
            return Outcome.failed("TLS", "plain HTTP on port " + target.port(), Advice.PLAIN_HTTP);
        }
        List<String> old = oldVersions();
        String also = old.isEmpty() ? "" : "; it takes " + String.join(" and ", old);
        return Outcome.failed("TLS 1.2 or 1.3", failure.getMessage() + also, Advice.HANDSHAKE);
    }

    /** An answer 200 or 401 in the clear; a TLS port that says 400 to plain HTTP speaks TLS after all. */
    private boolean speaksPlainHttp() {
        try (Wire wire = dialer.openInTheClear(target)) {
            return wire.exchange(Request.get("/v2/")).status() != 400;
        } catch (IOException e) {
            return false;
        }
    }

    private Outcome names() {
        List<String> names = Names.of(sent.get(0));
        String shown = names.isEmpty() ? "none" : String.join(", ", names);
        if (Names.cover(names, target.host())) {
            return Outcome.ok(shown);
        }
        return distrust(
                Outcome.failed(target.host() + " among the certificate's names", shown, Advice.CERTIFICATE_NAMES));
    }

    private Outcome dates() {
        X509Certificate leaf = sent.get(0);
        Instant now = clock.instant();
        Instant from = leaf.getNotBefore().toInstant();
        Instant until = leaf.getNotAfter().toInstant();
        if (now.isBefore(from)) {
            return distrust(
                    Outcome.failed("a certificate that is valid now", "valid from " + from, Advice.CERTIFICATE_EARLY));
        }
        if (now.isAfter(until)) {
            return distrust(Outcome.failed(
                    "a certificate that is valid now", "expired at " + until, Advice.CERTIFICATE_EXPIRED));
        }
        long days = Duration.between(now, until).toDays();
        String left = "until " + until + ", " + days + (days == 1 ? " day left" : " days left");
        return days < FEW_DAYS
                ? Outcome.warning("at least " + FEW_DAYS + " days left", left, Advice.CERTIFICATE_EXPIRED)
                : Outcome.ok(left);
    }

    private Outcome chain() {
        Chain chain = new Chain(sent, dialer.trust());
        if (!chain.complete()
                && (chain.issuerPublished() || session.options().authority().isPresent())) {
            return distrust(Outcome.failed(
                    "every certificate up to a trusted authority",
                    count(sent.size()) + "; that of the issuer " + chain.top().getIssuerX500Principal() + " is missing",
                    Advice.CHAIN));
        }
        if (!chain.inOrder()) {
            return Outcome.warning(
                    "each certificate followed by its issuer",
                    count(sent.size()) + " in another order",
                    Advice.CHAIN_ORDER);
        }
        return Outcome.ok(count(sent.size()) + ", issued by " + chain.top().getIssuerX500Principal());
    }

    private static String count(int number) {
        return number == 1 ? "1 certificate" : number + " certificates";
    }

    private Outcome trust() {
        String by = session.options().authority().isPresent() ? "the given CA" : "this machine's CAs";
        Chain chain = new Chain(sent, dialer.trust());
        Optional<String> objection = chain.objection();
        if (objection.isEmpty()) {
            return Outcome.ok("trusted by " + by);
        }
        String seen = chain.anchored()
                ? objection.get()
                : "issued by " + chain.top().getIssuerX500Principal() + ", which is not one of them";
        return distrust(Outcome.failed("a certificate that is trusted by " + by, seen, Advice.UNTRUSTED));
    }

    /** No client goes on from here, and no password may: only the user can say otherwise. */
    private Outcome distrust(Outcome failure) {
        return session.options().insecure() ? failure : failure.andStop();
    }

    private Outcome versions() {
        List<String> old = oldVersions();
        return old.isEmpty()
                ? Outcome.ok("TLS 1.0 and 1.1 are refused")
                : Outcome.warning("TLS 1.2 and 1.3 only", String.join(" and ", old) + " accepted", Advice.OLD_TLS);
    }

    private List<String> oldVersions() {
        return Arrays.stream(OldTls.values())
                .filter(this::accepted)
                .map(OldTls::label)
                .toList();
    }

    private boolean accepted(OldTls version) {
        try {
            return dialer.raw(target, tcp -> version.accepted(tcp, target.host()));
        } catch (IOException e) {
            return false;
        }
    }

    private Outcome plainHttp() throws IOException {
        try (Wire wire = dialer.openInTheClear(target)) {
            Response answer = wire.exchange(Request.get("/v2/"));
            return Outcome.ok("plain HTTP on this port is answered " + answer.status());
        } catch (WireException e) {
            return e.timedOut()
                    ? Outcome.warning(
                            "an answer to plain HTTP on this port, or an end", e.getMessage(), Advice.PLAIN_ON_TLS)
                    : Outcome.ok("plain HTTP on this port is cut off");
        }
    }
}
