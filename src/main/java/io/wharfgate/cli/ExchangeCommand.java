package io.wharfgate.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code copy}, {@code import} and {@code export} have in common: options, and how they run. */
abstract class ExchangeCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
    private CommandSpec spec;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Mixin
    private final ExchangeOptions.OfCopy copy = new ExchangeOptions.OfCopy();

    @Mixin
    private final ExchangeOptions.OfRegistries registries = new ExchangeOptions.OfRegistries();

    ExchangeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public final Integer call() {
        return new ExchangeRun(spec, surroundings, copy.quiet).run(this::run);
    }

    /**
     * Does it.
     *
     * @throws IllegalArgumentException when the arguments make no sense; the message is for the operator
     */
    abstract void run(ExchangeRun run) throws IOException;

    final Surroundings surroundings() {
        return surroundings;
    }

    /** What of an image goes, and how. */
    final ExchangeOptions.OfCopy copy() {
        return copy;
    }

    /** Whoever asks for it closes it. */
    final ExchangePlaces places(ExchangeRun run) {
        return new ExchangePlaces(surroundings, config, registries, UserPasswords.ofProcess(), run.progress());
    }
}
