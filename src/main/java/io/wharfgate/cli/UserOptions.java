package io.wharfgate.cli;

import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that several {@code user} commands share. */
final class UserOptions {

    private UserOptions() {}

    /** {@code --file}. */
    static final class OfFile {

        @Option(
                names = "--file",
                paramLabel = "HTPASSWD",
                description =
                        "The password file. Default: auth.htpasswd of the configuration that serve would find here,"
                                + " and wharfgate-data/htpasswd without one.")
        @Nullable
        Path file;

        Optional<Path> file() {
            return Optional.ofNullable(file);
        }
    }

    /** {@code --password-stdin}. */
    static final class OfPassword {

        @Option(
                names = "--password-stdin",
                description = "Read the password from standard input, in UTF-8; one line end after it is dropped."
                        + " Without it, the terminal asks.")
        boolean fromStdin;
    }

    /** {@code --cost}. */
    static final class OfCost {

        @Option(
                names = "--cost",
                paramLabel = "N",
                defaultValue = "" + HtpasswdEditor.DEFAULT_COST,
                description = "The work that bcrypt makes of a guess, " + HtpasswdEditor.LOWEST_COST + " to "
                        + HtpasswdEditor.HIGHEST_COST + "; each one more doubles it. Default: $"
                        + "{DEFAULT-VALUE}, about 0.1 s.")
        int cost;
    }
}
