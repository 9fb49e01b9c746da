package io.wharfgate.cli;

import io.wharfgate.auth.htpasswd.HtpasswdContents;
import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.auth.htpasswd.HtpasswdException;
import io.wharfgate.auth.htpasswd.HtpasswdUsers;
import io.wharfgate.auth.htpasswd.NewPassword;
import io.wharfgate.auth.htpasswd.UserName;
import io.wharfgate.secret.Secret;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The users of a password file. Each command does its work through {@link HtpasswdEditor}; here are the questions, the answers
 * and the exit codes.
 */
@Command(
        name = "user",
        description = {
            "Lists and changes the users of a password file.",
            "",
            "The file is the one of Apache's htpasswd tool. It may be changed while the service runs, which follows it"
                    + " within seconds. Comments, order, owner and mode stay as they are."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate user add alice",
            "  printf %%s \"$PASSWORD\" | wharfgate user add ci --password-stdin --file /etc/wharfgate/htpasswd",
            "  wharfgate user list"
        })
final class UserCommand implements Runnable {

    private final Supplier<Path> defaultFile;
    private final UserPasswords passwords;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
    private CommandSpec spec;

    /**
     * The commands.
     *
     * @param defaultFile asked when {@code --file} is not given
     */
    UserCommand(Supplier<Path> defaultFile, UserPasswords passwords) {
        this.defaultFile = defaultFile;
        this.passwords = passwords;
    }

    /** Reached when no command is named. */
    @Override
    public void run() {
        throw NoCommand.of(spec);
    }

    @Command(name = "add", description = "Adds a user; makes the file (mode 0600) if there is none.")
    int add(
            @Parameters(paramLabel = "NAME", description = "The user's name.") String name,
            @Mixin UserOptions.OfFile file,
            @Mixin UserOptions.OfCost cost,
            @Mixin UserOptions.OfPassword password) {
        return run("add", () -> {
            HtpasswdEditor editor = editor(file);
            requireUsable("add", name, cost.cost);
            editor.checkNew(name);
            editor.add(name, choose("add", password), cost.cost);
            out().println("added user " + name + " to " + path(file));
            return ExitCode.OK;
        });
    }

    @Command(name = "passwd", description = "Changes a user's password.")
    int passwd(
            @Parameters(paramLabel = "NAME", description = "The user's name.") String name,
            @Mixin UserOptions.OfFile file,
            @Mixin UserOptions.OfCost cost,
            @Mixin UserOptions.OfPassword password) {
        return run("passwd", () -> {
            HtpasswdEditor editor = editor(file);
            requireUsable("passwd", name, cost.cost);
            editor.checkKnown(name);
            editor.changePassword(name, choose("passwd", password), cost.cost);
            out().println("changed the password of user " + name + " in " + path(file));
            return ExitCode.OK;
        });
    }

    @Command(name = "remove", description = "Removes a user.")
    int remove(
            @Parameters(paramLabel = "NAME", description = "The user's name.") String name,
            @Mixin UserOptions.OfFile file) {
        return run("remove", () -> {
            editor(file).remove(name);
            out().println("removed user " + name + " from " + path(file));
            return ExitCode.OK;
        });
    }

    @Command(
            name = "list",
            description = {
                "Lists the users, and how the password of each is stored.",
                "",
                "Lines that cannot be used, and what is unwise, are told on standard error."
            })
    int list(@Mixin UserOptions.OfFile file) {
        return run("list", () -> {
            HtpasswdContents contents = editor(file).read();
            int width = contents.users().list().stream()
                    .mapToInt(user -> user.name().length())
                    .max()
                    .orElse(0);
            for (HtpasswdUsers.Listed user : contents.users().list()) {
                out().printf("%-" + Math.max(1, Math.min(width, 40)) + "s  %s%n", user.name(), user.kind());
            }
            contents.problems()
                    .forEach(problem -> err().println((problem.refused() ? "not used: " : "warning: ") + problem));
            if (contents.users().size() == 0) {
                err().println("there are no users in " + path(file) + "; add one with 'wharfgate user add'");
            }
            return ExitCode.OK;
        });
    }

    @Command(
            name = "check",
            description = "Checks a password. Exit code 0: the service would let the user in; 1: it would not.")
    int check(
            @Parameters(paramLabel = "NAME", description = "The user's name.") String name,
            @Mixin UserOptions.OfFile file,
            @Mixin UserOptions.OfPassword password) {
        return run("check", () -> {
            HtpasswdEditor editor = editor(file);
            editor.checkKnown(name);
            Secret typed = passwords.current(password.fromStdin);
            if (editor.check(name, typed)) {
                out().println("the password is right");
                return ExitCode.OK;
            }
            err().println("the password is wrong");
            return ExitCode.SOFTWARE;
        });
    }

    private interface Work {
        int run() throws HtpasswdException, UserPasswords.NoPassword;
    }

    /** Turns what went wrong into a line for people and an exit code. */
    private int run(String command, Work work) {
        try {
            return work.run();
        } catch (HtpasswdException e) {
            return failed(command, e);
        } catch (UserPasswords.NoPassword e) {
            if (e.isUsage()) {
                throw usage(command, String.valueOf(e.getMessage()));
            }
            return failed(command, e);
        }
    }

    private int failed(String command, Exception e) {
        err().println(spec.qualifiedName() + " " + command + ": " + e.getMessage());
        return ExitCode.SOFTWARE;
    }

    private ParameterException usage(String command, String message) {
        return new ParameterException(spec.subcommands().get(command), message);
    }

    /** Before anybody types a password. */
    private void requireUsable(String command, String name, int cost) {
        UserName.problem(name).or(() -> HtpasswdEditor.problemOfCost(cost)).ifPresent(problem -> {
            throw usage(command, problem);
        });
    }

    private Secret choose(String command, UserOptions.OfPassword options) throws UserPasswords.NoPassword {
        Secret password = passwords.choose(options.fromStdin);
        NewPassword.problem(password).ifPresent(problem -> {
            throw usage(command, problem);
        });
        return password;
    }

    private HtpasswdEditor editor(UserOptions.OfFile file) {
        return new HtpasswdEditor(path(file));
    }

    private Path path(UserOptions.OfFile file) {
        return file.file().orElseGet(defaultFile);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
