package io.wharfgate.cli;

import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.doctor.Doctor;
import io.wharfgate.doctor.JsonReport;
import io.wharfgate.doctor.Options;
import io.wharfgate.doctor.Report;
import io.wharfgate.doctor.Target;
import io.wharfgate.doctor.TextReport;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.tls.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Examines a running server. */
@Command(
        name = "doctor",
        description = {
            "Examines a running registry: speaks the protocol of docker, podman and containerd with it, through whatever proxy is in"
                    + " front, and says of each failure what to change, with the lines for nginx, HAProxy, Apache and Traefik.",
            "",
            "The server may be Wharfgate or any other registry. What the checks push goes into a scratch repository, and is deleted"
                    + " at the end."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate doctor                                  # the server of the configuration here",
            "  wharfgate doctor https://registry.example.com -u alice --password-stdin < password",
            "  wharfgate doctor registry.example.com:5443 --ca ca.crt -u alice --slow",
            "  wharfgate doctor registry.example.com --read-only --json"
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int LONGEST_TIMEOUT = 3600;

    private final Surroundings surroundings;
    private final UserPasswords passwords;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description =
                    "https://HOST[:PORT], or HOST[:PORT] as image names begin (default: server.external-url of the"
                            + " configuration, else its listen address).")
    private @Nullable String url;

    @Option(
            names = {"-u", "--username"},
            paramLabel = "USER",
            description = "Log in as this user. Without it only what a stranger sees is looked at.")
    private @Nullable String user;

    @Mixin
    private final UserOptions.OfPassword password = new UserOptions.OfPassword();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Trust these CAs (PEM) instead of the system's. Default without URL: the CA that serve made here.")
    private @Nullable Path authority;

    @Option(
            names = "--insecure",
            description = "Go on although the certificate is not trusted. The password goes to whoever answers.")
    private boolean insecure;

    @Option(
            names = "--repository",
            paramLabel = "NAME",
            description = "The scratch repository (default: wharfgate-doctor/scratch).")
    private @Nullable String repository;

    @Option(names = "--read-only", description = "Push nothing.")
    private boolean readOnly;

    @Option(names = "--slow", description = "Also make slow transfers, which find short timeouts; takes minutes.")
    private boolean slow;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "For each connection and each answer (default: $" + "{DEFAULT-VALUE}, as docker waits).")
    private int timeout;

    DoctorCommand(Surroundings surroundings, UserPasswords passwords) {
        this.surroundings = surroundings;
        this.passwords = passwords;
    }

    /** What is examined when no option says otherwise. */
    private record Server(Target target, Optional<Path> authority) {}

    @Override
    public Integer call() {
        checkUsage();
        Optional<Server> server = server();
        if (server.isEmpty()) {
            return ExitCode.USAGE;
        }
        Options options = new Options(
                server.get().target(),
                login(),
                Optional.ofNullable(authority).or(server.get()::authority),
                insecure,
                repository(),
                new Options.Pace(Duration.ofSeconds(timeout), readOnly, slow, Options.Slowness.USUAL));
        try {
            return examine(options).healthy() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Report examine(Options options) throws IOException {
        var doctor = new Doctor(Clock.systemUTC());
        if (json) {
            Report report = doctor.examine(options, result -> {});
            surroundings.out().println(JsonReport.of(report));
            return report;
        }
        boolean colours = Terminal.console().isPresent()
                && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty()
                && !surroundings.environment().getOrDefault("TERM", "dumb").equals("dumb");
        var text = new TextReport(surroundings.out(), colours);
        text.begin(options);
        Report report = doctor.examine(options, text::line);
        text.end(report);
        return report;
    }

    private void checkUsage() {
        if (password.fromStdin && user == null) {
            throw new ParameterException(spec.commandLine(), "--password-stdin goes with --username");
        }
        if (user != null && user.contains(":")) {
            throw new ParameterException(spec.commandLine(), "--username: a user's name has no ':'");
        }
        if (timeout < 1 || timeout > LONGEST_TIMEOUT) {
            throw new ParameterException(spec.commandLine(), "--timeout: 1 to " + LONGEST_TIMEOUT + " seconds");
        }
        if (slow && readOnly) {
            throw new ParameterException(spec.commandLine(), "--slow pushes something; leave --read-only away");
        }
    }

    private Optional<Options.Login> login() {
        if (user == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Options.Login(user, passwords.current(password.fromStdin)));
        } catch (UserPasswords.NoPassword e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private RepositoryName repository() {
        try {
            return repository == null ? Options.SCRATCH : RepositoryName.parse(repository);
        } catch (RegistryException e) {
            throw new ParameterException(spec.commandLine(), "--repository: " + e.getMessage(), e);
        }
    }

    /** Empty when the configuration has mistakes, which have been printed. */
    private Optional<Server> server() {
        if (url == null) {
            return config.load(surroundings).map(LoadedConfiguration::config).map(DoctorCommand::configured);
        }
        if (config.file != null) {
            throw new ParameterException(spec.commandLine(), "-c tells which server to examine; give it, or a URL");
        }
        return Optional.of(new Server(target(url), Optional.empty()));
    }

    private Target target(String text) {
        try {
            return Target.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static Server configured(WharfgateConfig config) {
        String scheme = config.tls() instanceof TlsConfig.Off ? "http" : "https";
        var listen = config.server().listen();
        String local = scheme + "://" + listen.clientHost() + ":" + listen.port();
        Optional<Path> authority = config.tls() instanceof TlsConfig.SelfSigned own
                ? Optional.of(own.directory().resolve("ca.crt")).filter(Files::exists)
                : Optional.empty();
        return new Server(
                Target.parse(config.server().externalUrl().map(URI::toString).orElse(local)), authority);
    }
}
