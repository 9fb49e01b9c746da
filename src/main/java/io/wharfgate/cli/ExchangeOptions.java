package io.wharfgate.cli;

import io.wharfgate.client.CopyOptions;
import io.wharfgate.client.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that {@code copy}, {@code import} and {@code export} share. */
final class ExchangeOptions {

    private ExchangeOptions() {}

    /** How to come in at the source. */
    static final class OfSource {

        @Option(
                names = "--source-username",
                paramLabel = "NAME",
                description = "Log in as this user. Default: what docker login or podman login has kept.")
        @Nullable
        String username;

        @Option(
                names = "--source-password-stdin",
                description = "Read the password from standard input. Without it and the next: the variable"
                        + " WHARFGATE_SOURCE_PASSWORD, else the terminal asks.")
        boolean stdin;

        @Option(names = "--source-password-file", paramLabel = "FILE", description = "Read the password from a file.")
        @Nullable
        Path file;

        LoginOptions login() {
            return new LoginOptions("source", Optional.ofNullable(username), stdin, Optional.ofNullable(file));
        }
    }

    /** How to come in at the target. */
    static final class OfTarget {

        @Option(
                names = "--target-username",
                paramLabel = "NAME",
                description = "Log in as this user. Default: what docker login or podman login has kept.")
        @Nullable
        String username;

        @Option(
                names = "--target-password-stdin",
                description = "Read the password from standard input. Without it and the next: the variable"
                        + " WHARFGATE_TARGET_PASSWORD, else the terminal asks.")
        boolean stdin;

        @Option(names = "--target-password-file", paramLabel = "FILE", description = "Read the password from a file.")
        @Nullable
        Path file;

        LoginOptions login() {
            return new LoginOptions("target", Optional.ofNullable(username), stdin, Optional.ofNullable(file));
        }
    }

    /** How registries are reached. */
    static final class OfRegistries {

        @Option(
                names = "--ca",
                paramLabel = "FILE",
                description = "PEM with authorities to trust, besides the system's and docker's"
                        + " (/etc/docker/certs.d/HOST/*.crt). May be given several times.")
        List<Path> authorities = List.of();

        @Option(
                names = "--plain-http",
                description = "Speak HTTP without TLS. On this machine (localhost) that is found out without it.")
        boolean plain;
    }

    /** What of an image goes, and how. */
    static final class OfCopy {

        @Option(
                names = "--platform",
                paramLabel = "OS/ARCH",
                description =
                        "Of an image for several platforms only this one, such as linux/arm64. Default: all of it.")
        @Nullable
        String platform;

        @Option(
                names = "--referrers",
                description = "Take along what refers to the images: signatures, bills of materials.")
        boolean referrers;

        @Option(
                names = "--force",
                description = "Look for every blob, although the target has the image's manifest already.")
        boolean force;

        @Option(
                names = "--jobs",
                paramLabel = "N",
                defaultValue = "3",
                description = "Blobs that are under way at once (default: $" + "{DEFAULT-VALUE}).")
        int jobs;

        @Option(
                names = {"-q", "--quiet"},
                description = "Say nothing but what went wrong.")
        boolean quiet;

        /** @throws IllegalArgumentException with a message for the operator */
        CopyOptions options(Optional<Platform> otherwise) {
            if (jobs < 1 || jobs > 64) {
                throw new IllegalArgumentException("--jobs is a number from 1 to 64");
            }
            Optional<Platform> chosen = Optional.ofNullable(platform).map(Platform::parse);
            return new CopyOptions(chosen.or(() -> otherwise), referrers, force, jobs);
        }
    }
}
