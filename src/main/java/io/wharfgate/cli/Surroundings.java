package io.wharfgate.cli;

import io.wharfgate.config.ConfigurationLoader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command sees of the process that it runs in. A record, so that tests can give another one.
 *
 * @param out results
 * @param err mistakes and warnings
 * @param environment all variables
 * @param workingDirectory absolute
 * @param systemFile the configuration that is read when none is named
 */
public record Surroundings(
        PrintWriter out, PrintWriter err, Map<String, String> environment, Path workingDirectory, Path systemFile) {

    /** Those of this process. */
    public static Surroundings ofProcess() {
        return new Surroundings(
                new PrintWriter(System.out, true, Charset.defaultCharset()),
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                System.getenv(),
                Path.of("").toAbsolutePath(),
                ConfigurationLoader.SYSTEM_FILE);
    }

    ConfigurationLoader configuration() {
        return new ConfigurationLoader(environment, workingDirectory, systemFile);
    }

    /** Whether unexpected errors are shown with their stack trace. */
    boolean debug() {
        String value = environment.getOrDefault("WHARFGATE_DEBUG", "");
        return value.equals("1") || value.equals("true");
    }
}
