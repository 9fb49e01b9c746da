package io.wharfgate.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the {@code token} commands. */
final class TokenOptions {

    private TokenOptions() {}

    /** Which file is worked on: {@code --file}, or what a configuration says. */
    static final class OfFile {

        @Mixin
        private final ConfigOption config = new ConfigOption();

        @Option(
                names = "--file",
                paramLabel = "TOKENS",
                description = "The file of tokens. Default: auth.personal-tokens of the configuration.")
        private @Nullable Path file;

        /**
         * The files to work on. The configuration is not read if it is not needed.
         *
         * @return empty when the configuration has mistakes, which have been printed
         */
        Optional<Files> files(Surroundings surroundings) {
            if (file != null && config.file == null) {
                return Optional.of(new Files(file, Optional.empty()));
            }
            return config.load(surroundings)
                    .map(loaded -> loaded.config().auth())
                    .map(auth -> new Files(
                            Optional.ofNullable(file).orElse(auth.personalTokens()), Optional.of(auth.htpasswd())));
        }
    }

    /**
     * Where tokens are, and who may have some.
     *
     * @param htpasswd empty when nobody said which users there are
     */
    record Files(Path tokens, Optional<Path> htpasswd) {}

    /** What a new token is for. */
    static final class OfNew {

        @Option(names = "--user", paramLabel = "USER", required = true, description = "Whose token it is.")
        @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
        String user;

        @Option(
                names = "--repository",
                paramLabel = "PATTERN",
                split = ",",
                description =
                        "The repositories that it is good for; repeat for more. * is any part of a name between two"
                                + " slashes, ** anything. Default: all that its owner may use.")
        List<String> repositories = List.of();

        @Option(
                names = "--actions",
                paramLabel = "ACTION",
                split = ",",
                defaultValue = "pull",
                description = "pull, push, delete, list (to stand in the catalog), or all; parted by commas."
                        + " Default: $" + "{DEFAULT-VALUE}.")
        List<String> actions = List.of();

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                defaultValue = "90d",
                description =
                        "How long it is good, in days (90d) or hours (12h), or never. Default: $" + "{DEFAULT-VALUE}.")
        String expires = "";

        @Option(
                names = "--name",
                paramLabel = "TEXT",
                description = "What to call it in the list: what it is used for.")
        String name = "";
    }
}
