package io.wharfgate.cli;

import io.wharfgate.tls.CertificateFile;
import io.wharfgate.tls.CertificateProbe;
import io.wharfgate.tls.CertificateSummary;
import io.wharfgate.tls.TlsMaterialException;
import io.wharfgate.tls.trust.RegistryHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows the certificates of a file or of a running server. */
@Command(
        name = "show",
        description = {
            "Shows the certificates in a PEM file, or those that a server presents (which is asked without being"
                    + " trusted: this only looks).",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  wharfgate cert show",
            "  wharfgate cert show /etc/wharfgate/tls/fullchain.pem",
            "  wharfgate cert show registry.example.com:443"
        })
final class CertShowCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private CertCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE|HOST:PORT",
            description = "What to show (default: wharfgate-data/tls/server.crt). A file of that name comes first.")
    private @Nullable String source;

    @Override
    public Integer call() throws Exception {
        return CertCommand.reporting(spec, this::show);
    }

    private int show() throws TlsMaterialException, IOException {
        String from = Optional.ofNullable(source)
                .orElseGet(() ->
                        parent.defaults().directory().resolve("server.crt").toString());
        PrintWriter out = spec.commandLine().getOut();
        Optional<RegistryHost> server = server(from);
        if (server.isPresent()) {
            CertificateProbe probe = probe(server.get());
            out.println(from + ": " + probe.protocol() + ", " + probe.cipherSuite());
            print(out, probe.chain());
        } else {
            print(out, CertificateFile.read(Path.of(from)));
        }
        out.flush();
        return CertCommand.DONE;
    }

    /** A word with a port is a server, unless there is a file of that name. */
    private Optional<RegistryHost> server(String from) {
        try {
            if (!from.matches(".*:\\d+") || Files.exists(Path.of(from))) {
                return Optional.empty();
            }
            return Optional.of(RegistryHost.parse(from));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static CertificateProbe probe(RegistryHost server) throws IOException {
        try {
            return CertificateProbe.connect(server.bareHost(), server.portOrDefault(), TIMEOUT);
        } catch (IOException e) {
            throw new IOException(server + ": " + e.getMessage() + "; is the server up, and is this its TLS port?", e);
        }
    }

    private static void print(PrintWriter out, List<X509Certificate> chain) {
        Instant now = Clock.systemUTC().instant();
        int number = 0;
        for (X509Certificate certificate : chain) {
            CertificateSummary summary = CertificateSummary.of(certificate);
            out.println();
            out.println("certificate " + ++number + " of " + chain.size() + (summary.authority() ? " (CA)" : ""));
            out.println("  subject      " + summary.subject());
            out.println("  names        " + (summary.names().isEmpty() ? "none" : String.join(", ", summary.names())));
            out.println("  issuer       " + summary.issuer());
            out.println("  valid from   " + summary.notBefore());
            out.println("  expires      " + summary.notAfter() + "   (" + daysLeft(summary, now) + ")");
            out.println("  key          " + summary.keyType());
            out.println("  SHA-256      " + summary.fingerprint());
        }
    }

    private static String daysLeft(CertificateSummary summary, Instant now) {
        long days = summary.daysLeft(now);
        if (now.isBefore(summary.notBefore())) {
            return "NOT YET VALID";
        }
        return now.isAfter(summary.notAfter()) ? "EXPIRED" : days + (days == 1 ? " day left" : " days left");
    }
}
