package io.wharfgate.cli;

import io.wharfgate.app.LocalImages;
import io.wharfgate.app.StartException;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImagePlace;
import io.wharfgate.client.ImageRegistry;
import io.wharfgate.client.Progress;
import io.wharfgate.client.remote.Login;
import io.wharfgate.client.remote.Registries;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.oci.Reference;
import io.wharfgate.tls.TlsConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Opens the registries of one command, each once, and closes them. For one thread. */
final class ExchangePlaces implements Closeable {

    private final Surroundings surroundings;
    private final ConfigOption config;
    private final ExchangeOptions.OfRegistries options;
    private final Registries registries;
    private final UserPasswords passwords;
    private final Map<String, ImageRegistry> open = new HashMap<>();
    private final Deque<Closeable> parts = new ArrayDeque<>();

    ExchangePlaces(
            Surroundings surroundings,
            ConfigOption config,
            ExchangeOptions.OfRegistries options,
            UserPasswords passwords,
            Progress progress) {
        this.surroundings = surroundings;
        this.config = config;
        this.options = options;
        this.passwords = passwords;
        this.registries = new Registries(progress);
    }

    /** The configuration has mistakes, which have been printed. */
    static final class Misconfigured extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** @throws Misconfigured when the place is here and nobody knows where that is */
    ImageRegistry registry(ImagePlace place, LoginOptions login) throws IOException {
        // Of two logins at the same host, each has a registry of its own.
        String key = login.side() + " " + place.host().orElse("");
        Optional<ImageRegistry> known =
                Optional.ofNullable(open.get(place.host().isEmpty() ? "" : key));
        if (known.isPresent()) {
            return known.get();
        }
        ImageRegistry registry = place.host().isPresent() ? remote(place.host().get(), login) : here();
        parts.push(registry);
        open.put(place.host().isEmpty() ? "" : key, registry);
        return registry;
    }

    private ImageRegistry remote(String host, LoginOptions login) throws IOException {
        return registries.open(
                host,
                new Registries.Access(
                        login.login(host, surroundings.environment(), passwords), options.authorities, options.plain));
    }

    /** By the running service, if there is one, since only it knows what its clients are just doing; else right on the disk. */
    private ImageRegistry here() throws IOException {
        Optional<LoadedConfiguration> loaded = config.load(surroundings);
        if (loaded.isEmpty()) {
            throw new Misconfigured();
        }
        WharfgateConfig here = loaded.get().config();
        if (here.upstream().isPresent()) {
            throw new ExchangeException(
                    "the installation here is a gateway, which stores nothing: write the host before the"
                            + " repository, such as " + here.server().listen().clientHost() + ":"
                            + here.server().listen().port() + "/team/app");
        }
        Optional<OperatorPass> pass = here.ops().control().isPresent()
                ? OperatorPass.from(here.ops().control().get())
                : Optional.empty();
        if (pass.isEmpty()) {
            return onDisk(here);
        }
        parts.push(pass.get());
        return registries.openOwn(
                here.server().listen().clientHost() + ":" + pass.get().port(),
                certificate(here.tls()),
                new Login.Pass(pass.get().token()));
    }

    /** Nothing is there under that name. Who has meant Docker Hub, as docker does where no host stands, is told so. */
    static ExchangeException absent(ImagePlace place, String repository, Reference reference) {
        String message = repository + " has no " + reference;
        if (place instanceof ImagePlace.One one && one.host().isEmpty()) {
            message += "; without a host the installation here is meant, and Docker Hub is docker.io/"
                    + one.name().repository();
        }
        return new ExchangeException(message);
    }

    private ImageRegistry onDisk(WharfgateConfig here) throws IOException {
        try {
            return LocalImages.open(here);
        } catch (StartException e) {
            surroundings.err().println(e.getMessage());
            throw new Misconfigured();
        }
    }

    private static Optional<Path> certificate(TlsConfig tls) {
        if (tls instanceof TlsConfig.Files files) {
            return Optional.of(files.certificate());
        }
        return tls instanceof TlsConfig.SelfSigned own
                ? Optional.of(own.directory().resolve("server.crt"))
                : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
