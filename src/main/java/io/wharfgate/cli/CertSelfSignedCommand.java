package io.wharfgate.cli;

import io.wharfgate.tls.SelfSigned;
import io.wharfgate.tls.TlsMaterialException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes a CA and a server certificate, or renews the latter. */
@Command(
        name = "self-signed",
        description = {
            "Makes a CA of your own and a server certificate from it: ca.crt, ca.key, server.crt, server.key.",
            "A CA that is there is kept and used: clients that trust it need not be touched again. The server"
                    + " certificate is issued anew when it is missing, expires within 30 days, or is for other names."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  wharfgate cert self-signed --name registry.example.com --name 192.0.2.7",
            "  wharfgate cert self-signed --directory /etc/wharfgate/tls --force-leaf",
            "  wharfgate cert trust --host registry.example.com docker      (the next step)"
        })
final class CertSelfSignedCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private CertCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIR",
            description = "Where the files are (default: wharfgate-data/tls).")
    private @Nullable Path directory;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "A DNS name or IP address that clients use; repeat for more. Default: the names of the"
                    + " certificate that is there, else localhost, 127.0.0.1 and ::1.")
    private List<String> names = List.of();

    @Option(names = "--force-leaf", description = "Issue a new server certificate and key though the old is good.")
    private boolean forceLeaf;

    @Option(names = "--example", hidden = true, description = "Mark the certificates as published examples.")
    private boolean example;

    @Override
    public Integer call() throws Exception {
        return CertCommand.reporting(spec, this::make);
    }

    private int make() throws TlsMaterialException {
        Path where =
                Optional.ofNullable(directory).orElseGet(() -> parent.defaults().directory());
        Clock clock = Clock.systemUTC();
        SelfSigned selfSigned = example ? SelfSigned.example(where, clock) : new SelfSigned(where, clock);
        SelfSigned.Outcome outcome;
        try {
            outcome = forceLeaf ? selfSigned.reissue(names) : selfSigned.ensure(names);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--name: " + e.getMessage(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                switch (outcome.change()) {
                    case NONE -> "Nothing to do: " + outcome.why() + ".";
                    case LEAF_ISSUED ->
                        "Issued a new server certificate from the CA that is there: " + outcome.why() + ".";
                    case ALL_MADE -> "Made a new CA and a server certificate.";
                });
        out.println("  certificate  " + selfSigned.files().certificate());
        out.println("  key          " + selfSigned.files().key());
        out.println("  CA           " + selfSigned.authorityCertificate() + "   (clients are to trust this one)");
        out.println("  names        "
                + String.join(", ", outcome.identity().summary().names()));
        out.println("  expires      " + outcome.identity().summary().notAfter());
        outcome.warning().ifPresent(w -> out.println("warning: " + w));
        out.flush();
        return CertCommand.DONE;
    }
}
