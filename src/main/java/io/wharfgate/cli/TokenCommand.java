package io.wharfgate.cli;

import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.auth.htpasswd.HtpasswdException;
import io.wharfgate.auth.personal.PersonalToken;
import io.wharfgate.auth.personal.PersonalTokenEditor;
import io.wharfgate.auth.personal.TokenFileException;
import io.wharfgate.auth.personal.TokenGrant;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The personal tokens of users. Each command does its work through {@link PersonalTokenEditor}; here are the questions, the
 * answers and the exit codes.
 */
@Command(
        name = "token",
        description = {
            "Makes, lists and revokes personal tokens: what a robot sends in the place of its owner's password.",
            "",
            "A token never allows more than its owner may do at that moment, and dies with him. A running service"
                    + " follows every change within seconds."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate token create --user alice --repository 'team/*' --actions pull,push --expires 90d --name ci",
            "  wharfgate token create --user alice | docker login -u alice --password-stdin registry.example.com",
            "  wharfgate token list",
            "  wharfgate token revoke k7q2m9xw"
        })
final class TokenCommand implements Runnable {

    private final Surroundings surroundings;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
    private CommandSpec spec;

    TokenCommand(Surroundings surroundings, Clock clock) {
        this.surroundings = surroundings;
        this.clock = clock;
    }

    /** Reached when no command is named. */
    @Override
    public void run() {
        throw NoCommand.of(spec);
    }

    @Command(
            name = "create",
            description = {
                "Makes a token and prints it on standard output, once: only its hash is kept.",
            })
    int create(@Mixin TokenOptions.OfNew wanted, @Mixin TokenOptions.OfFile file) {
        TokenGrant grant;
        Optional<Duration> lifetime;
        try {
            grant = TokenGrant.parse(
                    wanted.repositories.isEmpty() ? List.of(TokenGrant.EVERY_REPOSITORY) : wanted.repositories,
                    wanted.actions);
            lifetime = Lifetime.parse(wanted.expires);
        } catch (IllegalArgumentException e) {
            throw usage("create", e);
        }
        return run("create", file, files -> {
            if (files.htpasswd().isPresent()) {
                new HtpasswdEditor(files.htpasswd().get()).checkKnown(wanted.user);
            }
            PersonalTokenEditor.Created created = editor(files).create(wanted.user, wanted.name, grant, lifetime);
            out().println(created.text().reveal());
            out().flush();
            tell(created.token(), files);
        });
    }

    private void tell(PersonalToken token, TokenOptions.Files files) {
        err().printf(
                        "token %s of user %s: %s in %s, %s; its hash is in %s%n",
                        token.id(),
                        token.user(),
                        String.join(",", token.grant().actionNames()),
                        String.join(",", token.grant().repositoryTexts()),
                        token.expires().map(time -> "until " + time).orElse("for ever"),
                        files.tokens());
        err().println("it is shown only now; it is used as the password of user " + token.user());
        List<String> actions = token.grant().actionNames();
        if (actions.contains("push") && !actions.contains("pull")) {
            err().println("warning: clients look for what is there before they push, which takes pull as well");
        }
    }

    @Command(name = "list", description = "Lists the tokens: what each is good for, and when it was last used.")
    int list(
            @Option(names = "--user", paramLabel = "USER", description = "Only this user's.") @Nullable String user,
            @Option(names = "--json", description = "As JSON, for programs.") boolean json,
            @Mixin TokenOptions.OfFile file) {
        return run("list", file, files -> {
            PersonalTokenEditor editor = editor(files);
            List<PersonalToken> tokens = editor.read().stream()
                    .filter(token -> user == null || token.user().equals(user))
                    .toList();
            if (json) {
                out().println(PersonalTokenEditor.json(tokens, editor.lastUses()));
            } else if (!tokens.isEmpty()) {
                TokenTable.print(out(), tokens, editor.lastUses(), clock.instant());
            }
            if (tokens.isEmpty()) {
                err().println("there are no such tokens in " + files.tokens()
                        + "; make one with 'wharfgate token create'");
            }
        });
    }

    @Command(name = "revoke", description = "Revokes tokens: all that are named, or none if one is not there.")
    int revoke(
            @Parameters(arity = "1..*", paramLabel = "ID", description = "As 'token list' shows them.")
                    List<String> ids,
            @Mixin TokenOptions.OfFile file) {
        return run(
                "revoke", file, files -> editor(files).revoke(ids).forEach(id -> out().println("revoked token " + id)));
    }

    private interface Work {
        void run(TokenOptions.Files files) throws TokenFileException, HtpasswdException;
    }

    /** Turns what went wrong into a line for people and an exit code. */
    private int run(String command, TokenOptions.OfFile file, Work work) {
        Optional<TokenOptions.Files> files = file.files(surroundings);
        if (files.isEmpty()) {
            return ExitCode.USAGE;
        }
        try {
            work.run(files.get());
            return ExitCode.OK;
        } catch (TokenFileException | HtpasswdException e) {
            err().println(spec.qualifiedName() + " " + command + ": " + e.getMessage());
            return ExitCode.SOFTWARE;
        } catch (IllegalArgumentException e) {
            throw usage(command, e);
        }
    }

    private ParameterException usage(String command, IllegalArgumentException e) {
        return new ParameterException(spec.subcommands().get(command), String.valueOf(e.getMessage()), e);
    }

    private PersonalTokenEditor editor(TokenOptions.Files files) {
        return new PersonalTokenEditor(files.tokens(), clock);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
