package io.wharfgate.cli;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code serve} and {@code serve -c FILE}, as every unit and container start it, without Picocli: describing all commands and their
 * options takes Picocli a quarter of the whole start, and its classes are too old for an archive of class data. Everything
 * else, and every mistake, is Picocli's; so this is asked before {@link WharfgateCommand} is touched, which cannot be loaded
 * without Picocli.
 */
public final class QuickServe {

    private QuickServe() {}

    /**
     * Runs the service, if that is what the arguments ask for.
     *
     * @return the exit code; empty when it is another command, or none
     */
    public static OptionalInt run(Surroundings surroundings, Server server, String... args) {
        Optional<ServeCommand> serve = find(surroundings, server, args);
        if (serve.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(serve.get().call());
        } catch (Exception e) {
            return OptionalInt.of(new Mistakes(surroundings).unforeseen("wharfgate serve", e));
        }
    }

    private static Optional<ServeCommand> find(Surroundings surroundings, Server server, String... args) {
        ServeCommand serve = new ServeCommand(surroundings, server);
        if (args.length == 0 || !args[0].equals("serve")) {
            return Optional.empty();
        }
        if (args.length == 3 && (args[1].equals("-c") || args[1].equals("--config")) && !args[2].startsWith("-")) {
            return Optional.of(serve.with(args[2]));
        }
        return args.length == 1 ? Optional.of(serve) : Optional.empty();
    }
}
