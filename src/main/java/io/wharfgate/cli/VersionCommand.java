package io.wharfgate.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;

@Command(name = "version", description = "Prints the versions of Wharfgate, Java and the operating system.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {

    private final Surroundings surroundings;

    VersionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        for (String line : getVersion()) {
            surroundings.out().println(line);
        }
        return ExitCode.OK;
    }

    @Override
    public String[] getVersion() {
        // Only the jar's manifest knows; classes straight from a compiler have no version yet.
        String version = Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
                .orElse("(development build)");
        return new String[] {
            "wharfgate " + version,
            "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
            System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch")
        };
    }
}
