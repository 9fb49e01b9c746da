package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.tls.trust.TrustScript;
import io.wharfgate.upstream.UpstreamConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the service says when it is up: where it is, and the lines to paste so that docker can use it. The first user's
 * password is shown only where a person looks: output that goes to a file or a journal is a log, and gets the name of
 * the password's file instead.
 */
final class Greeting {

    private final String url;
    private final Path dataDirectory;
    private final Optional<Path> authority;
    private final Optional<String> upstream;
    private final boolean terminal;

    /** @param upstream what a gateway stands in front of */
    Greeting(String url, Path dataDirectory, Optional<Path> authority, Optional<String> upstream, boolean terminal) {
        this.url = url;
        this.dataDirectory = dataDirectory;
        this.authority = authority;
        this.upstream = upstream;
        this.terminal = terminal;
    }

    static Greeting of(WharfgateConfig config, Wharfgate service, boolean terminal) {
        return new Greeting(
                service.url(),
                config.server().dataDirectory(),
                service.ownAuthority(),
                config.upstream().map(UpstreamConfig::describe),
                terminal);
    }

    void print(PrintWriter out) {
        String host = URI.create(url).getAuthority();
        Path password = FirstStart.passwordFile(dataDirectory);
        out.println();
        out.println("Wharfgate is ready at " + url + " (stop it with Ctrl-C)");
        upstream.ifPresent(at -> out.println("It stands in front of " + at));
        authority.ifPresent(ca -> {
            out.println();
            out.println("Once, so that docker trusts its certificate:");
            out.println("  sudo mkdir -p " + TrustScript.quoted("/etc/docker/certs.d/" + host));
            out.println("  sudo cp " + TrustScript.quoted(ca.toString()) + " "
                    + TrustScript.quoted("/etc/docker/certs.d/" + host + "/ca.crt"));
            out.println("  (other clients: wharfgate cert trust --help)");
        });
        out.println();
        if (Files.exists(password)) {
            out.println("Log in as the first user, " + FirstStart.ADMIN + ":");
            out.println("  docker login -u " + FirstStart.ADMIN + " --password-stdin " + host + " < "
                    + TrustScript.quoted(password.toString()));
            if (terminal) {
                read(password).ifPresent(text -> out.println("  (the password is " + text + ")"));
            }
        } else {
            out.println("Log in:");
            out.println("  docker login " + host);
        }
        out.println();
        if (upstream.isEmpty()) {
            // In front of a registry that people have, they know what to push, and some may only pull.
            out.println("Push an image:");
            out.println("  docker tag IMAGE " + host + "/IMAGE");
            out.println("  docker push " + host + "/IMAGE");
            out.println();
        }
        out.flush();
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).trim());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
