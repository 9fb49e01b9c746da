package io.wharfgate.cli;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Printable;
import io.wharfgate.control.FailureText;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Runs a command that moves images: its last line, and what went wrong in words. */
final class ExchangeRun {

    private final CommandSpec spec;
    private final Surroundings surroundings;
    private final ExchangeProgress progress;
    private int images;
    private int present;

    ExchangeRun(CommandSpec spec, Surroundings surroundings, boolean quiet) {
        this.spec = spec;
        this.surroundings = surroundings;
        this.progress = new ExchangeProgress(surroundings.err(), Terminal.showsErrors(), quiet);
    }

    /** What the command does. */
    @FunctionalInterface
    interface Work {
        void run(ExchangeRun run) throws IOException;
    }

    ExchangeProgress progress() {
        return progress;
    }

    /** An image is where it was to go. */
    void copied(String what, boolean wasThere) {
        images++;
        present += wasThere ? 1 : 0;
        progress.say((wasThere ? "there already: " : "copied: ") + what);
    }

    int run(Work work) {
        PrintWriter err = surroundings.err();
        try {
            work.run(this);
            if (images > 0) {
                progress.say(images + (images == 1 ? " image, " : " images, ") + present + " there already; "
                        + progress.summary());
            }
            return ExitCode.OK;
        } catch (ExchangePlaces.Misconfigured e) {
            return ExitCode.USAGE;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            progress.clear();
            err.println(spec.qualifiedName() + ": " + Printable.lines(FailureText.of(e)));
            if (!(e instanceof ExchangeException)) {
                err.println("Run it again: what is there already will not be moved twice.");
            }
            if (surroundings.debug()) {
                e.printStackTrace(err);
            }
            return ExitCode.SOFTWARE;
        } finally {
            progress.clear();
        }
    }
}
