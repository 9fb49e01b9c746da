package io.wharfgate.cli;

import io.wharfgate.tls.CertificateFile;
import io.wharfgate.tls.TlsMaterialException;
import io.wharfgate.tls.trust.RegistryHost;
import io.wharfgate.tls.trust.TrustInstaller;
import io.wharfgate.tls.trust.TrustPlan;
import io.wharfgate.tls.trust.TrustScript;
import io.wharfgate.tls.trust.TrustStep;
import io.wharfgate.tls.trust.TrustTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells clients to trust the registry's CA: prints the script, or does it here. */
@Command(
        name = "trust",
        description = {
            "Sets clients up to trust the registry's CA. Prints a shell script to paste or to pipe into sh, on this"
                    + " machine or on another; --install does it here.",
            "Targets: docker, containerd, podman (also skopeo, buildah, CRI-O), debian and rhel (system stores)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  wharfgate cert trust docker | sh",
            "  wharfgate cert trust --host r.example.com:5443 --ca ca.crt docker podman",
            "  sudo wharfgate cert trust --install docker",
            "  wharfgate cert trust containerd | ssh node1 sudo sh"
        })
final class CertTrustCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private CertCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "HOST[:PORT]",
            description = "The registry as image names begin with it (default: localhost:5443).")
    private @Nullable String host;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "The CA's certificate (default: wharfgate-data/tls/ca.crt).")
    private @Nullable Path authority;

    @Option(names = "--install", description = "Write the files and run the commands instead of printing them.")
    private boolean install;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "With --install: write below this directory, such as an image's root, and run no commands.")
    private @Nullable Path root;

    @Parameters(paramLabel = "TARGET", description = "For whom (default when printing: all).")
    private List<String> targets = List.of();

    @Override
    public Integer call() throws Exception {
        return CertCommand.reporting(spec, this::trust);
    }

    private int trust() throws TlsMaterialException, IOException {
        List<TrustTarget> wanted = targets();
        TrustPlan plan = new TrustPlan(
                registry(),
                CertificateFile.read(Optional.ofNullable(authority)
                        .orElseGet(() -> parent.defaults().directory().resolve("ca.crt"))));
        List<TrustStep> steps = wanted.stream().map(plan::step).toList();
        PrintWriter out = spec.commandLine().getOut();
        if (install) {
            install(steps, new TrustInstaller(Optional.ofNullable(root).orElse(Path.of("/"))), out);
        } else {
            if (targets.isEmpty()) {
                out.println("# For every kind of client: keep the parts that you need, or name them: docker, ...");
            }
            out.print(TrustScript.of(steps));
        }
        out.flush();
        return CertCommand.DONE;
    }

    private void install(List<TrustStep> steps, TrustInstaller installer, PrintWriter out) throws IOException {
        for (TrustStep step : steps) {
            try {
                installer.install(step).forEach(out::println);
            } catch (AccessDeniedException e) {
                throw new IOException(
                        e.getFile() + ": permission denied; run the same command with sudo, or without --install:"
                                + " wharfgate cert trust " + step.target().label() + " | sudo sh",
                        e);
            }
        }
    }

    private List<TrustTarget> targets() {
        if (root != null && !install) {
            throw new ParameterException(spec.commandLine(), "--root goes with --install");
        }
        if (install && targets.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--install needs to know for whom: docker, containerd, podman, debian or rhel");
        }
        try {
            return targets.isEmpty()
                    ? List.of(TrustTarget.values())
                    : targets.stream().map(TrustTarget::of).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private RegistryHost registry() {
        try {
            return RegistryHost.parse(
                    Optional.ofNullable(host).orElseGet(() -> parent.defaults().host()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--host: " + e.getMessage(), e);
        }
    }
}
