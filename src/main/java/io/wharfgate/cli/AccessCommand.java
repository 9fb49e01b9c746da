package io.wharfgate.cli;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.access.AccessContents;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.yaml.Shown;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks the access rules, as the service would. */
@Command(
        name = "access",
        description = "Tells what the access rules allow.",
        footer = {"", "Examples:", "  wharfgate access check alice push team/app"})
final class AccessCommand implements Runnable {

    private static final String ANONYMOUS = "anonymous";

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
    private CommandSpec spec;

    AccessCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** {@code --file}. */
    static final class OfFile {
        @Option(
                names = "--file",
                paramLabel = "ACCESS",
                description = "The file of access rules. Default: auth.access of the configuration, which is not read"
                        + " when this is given.")
        @Nullable
        Path file;
    }

    /** The rules that are asked, and the file that they should be in. */
    private record Asked(Path path, AccessContents contents) {}

    /** Reached when no command is named. */
    @Override
    public void run() {
        throw NoCommand.of(spec);
    }

    @Command(
            name = "check",
            description = {
                "Tells whether somebody may do something, and by which rule and line.",
                "",
                "Asks the rules alone: not whether he could log in. Exit code 0: he may; 1: he may not; 2: wrong usage, or"
                        + " rules with mistakes, which are all printed."
            },
            footer = {
                "",
                "Examples:",
                "  wharfgate access check alice push team/app",
                "  wharfgate access check anonymous pull public/app --file conf/access.yaml"
            })
    int check(
            @Parameters(paramLabel = "USER", description = "A user's name, or anonymous for who has not logged in.")
                    String user,
            @Parameters(paramLabel = "ACTION", description = "pull, push, delete or list.") String action,
            @Parameters(paramLabel = "REPOSITORY", description = "The repository's name, without host and tag.")
                    String repository,
            @Mixin ConfigOption config,
            @Mixin OfFile file) {
        Action wanted = action(action);
        RepositoryName name = repository(repository);
        Optional<Asked> asked = asked(config, Optional.ofNullable(file.file), user);
        if (asked.isEmpty()) {
            return ExitCode.USAGE;
        }
        AccessContents contents = asked.get().contents();
        ConfigOption.printWarnings(surroundings.err(), contents.warnings());
        if (!contents.errors().isEmpty()) {
            ConfigOption.printErrors(surroundings.err(), contents.errors(), "access rules");
            return ExitCode.USAGE;
        }
        return answer(asked.get(), user, wanted, name);
    }

    private int answer(Asked asked, String user, Action action, RepositoryName repository) {
        Identity identity = user.equals(ANONYMOUS) ? new Identity.Anonymous() : new Identity.User(user);
        AccessPolicy policy =
                asked.contents().rules().<AccessPolicy>map(rules -> rules).orElse(AccessPolicy.everyUser());
        boolean allowed = policy.decide(identity, Access.to(action, repository)).allowed();
        String why = asked.contents()
                .rules()
                .map(rules -> rules.explain(identity, action, repository))
                .orElse("as without the file " + asked.path()
                        + " every user may do everything, and nobody else anything");
        surroundings
                .out()
                .println((allowed ? "allowed: " : "denied: ") + Shown.printable(user)
                        + (allowed ? " may " : " may not ") + name(action) + " " + repository + ", " + why);
        return allowed ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Empty when the configuration has mistakes, which have been printed. */
    private Optional<Asked> asked(ConfigOption config, Optional<Path> file, String user) {
        if (file.isPresent()) {
            Path path = surroundings.workingDirectory().resolve(file.get());
            return Optional.of(
                    new Asked(path, AccessContents.read(path, any -> true).required(path)));
        }
        Optional<LoadedConfiguration> loaded = config.load(surroundings);
        return loaded.map(configuration -> {
            var users = new KnownUsers(configuration.config().auth().htpasswd());
            if (!user.equals(ANONYMOUS) && !users.test(user)) {
                surroundings.err().println("warning: " + Shown.printable(user) + " is not in " + users.file());
            }
            Path path = configuration.config().auth().access();
            return new Asked(path, AccessContents.read(path, users));
        });
    }

    private Action action(String text) {
        return Arrays.stream(Action.values())
                .filter(action -> name(action).equals(text))
                .findFirst()
                .orElseThrow(() -> usage(Shown.quoted(text) + " is no action; there are "
                        + Arrays.stream(Action.values())
                                .map(AccessCommand::name)
                                .collect(Collectors.joining(", "))));
    }

    private RepositoryName repository(String text) {
        try {
            return RepositoryName.parse(text);
        } catch (RegistryException e) {
            throw usage(Shown.quoted(text) + " is not the name of a repository: " + e.getMessage());
        }
    }

    private static String name(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.subcommands().get("check"), message);
    }
}
