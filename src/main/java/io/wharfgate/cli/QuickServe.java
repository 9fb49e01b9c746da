package io.wharfgate.cli;

import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code serve} and {@code serve -c FILE}, as every unit and container start it, without Picocli: describing all commands and their
 * options takes Picocli a quarter of the whole start, and its classes are too old for an archive of class data. Everything
 * else, and every mistake, is Picocli's.
 */
final class QuickServe {

    private QuickServe() {}

    /** The command that these arguments ask for, if it is that one. */
    static Optional<Callable<Integer>> of(Surroundings surroundings, Server server, String... args) {
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
