package io.wharfgate.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The terminal that this process was started from. */
final class Terminal {

    private Terminal() {}

    /**
     * The console, if a person is at it. From Java 22 on there is a Console object even without a terminal, which then echoes or
     * reads a pipe; {@code isTerminal}, also of Java 22, tells. Not to be called by name as long as Java 17 is the baseline.
     */
    @SuppressWarnings("SystemConsoleNull") // Null is what Java 17 to 21 say, and isTerminal covers the others.
    static Optional<Console> console() {
        Console console = System.console();
        if (console == null) {
            return Optional.empty();
        }
        try {
            Object isTerminal = Console.class.getMethod("isTerminal").invoke(console);
            return Boolean.TRUE.equals(isTerminal) ? Optional.of(console) : Optional.empty();
        } catch (NoSuchMethodException e) {
            return Optional.of(console);
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    /** Whether a person sees what goes to standard error. Java cannot tell of one stream alone; Linux can. */
    static boolean showsErrors() {
        try {
            Path open = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
            return open.startsWith("/dev/pts") || open.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            return console().isPresent();
        }
    }
}
