package io.wharfgate.client.remote;

import io.wharfgate.client.Progress;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Opens registries. Immutable, thread-safe. */
public final class Registries {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final Progress progress;
    private final Duration firstPause;

    public Registries(Progress progress) {
        this(progress, FIRST_PAUSE);
    }

    /** @param firstPause before something is tried again */
    Registries(Progress progress, Duration firstPause) {
        this.progress = progress;
        this.firstPause = firstPause;
    }

    /**
     * How a registry is reached.
     *
     * @param authorities PEM files with certificates that are trusted besides the system's and docker's
     * @param plain whether to speak HTTP without TLS
     */
    public record Access(Login login, List<Path> authorities, boolean plain) {}

    /**
     * A registry by its name. On this machine it may be one that speaks plain HTTP, as docker has it; elsewhere only if
     * {@link Access#plain} says so. The caller closes it.
     *
     * @param host {@code host[:port]} as image names begin with it
     */
    public RemoteRegistry open(String host, Access access) throws IOException {
        SSLContext trust = Trust.of(host, access.authorities());
        HttpTransport http = new HttpTransport(trust, false);
        boolean plain = access.plain() || (RegistryHost.isLocal(host) && speaksPlain(host, http));
        return registry(RegistryHost.of(host, plain), access.login(), http);
    }

    /**
     * The service of the installation on this machine: whatever it is called there, exactly its own certificate is trusted. The
     * caller closes it.
     *
     * @param host {@code host:port} where it listens
     * @param certificate PEM; empty where it speaks plain HTTP
     */
    public RemoteRegistry openOwn(String host, Optional<Path> certificate, Login login) throws IOException {
        SSLContext trust = certificate.isPresent() ? Trust.only(certificate.get()) : Trust.of(host, List.of());
        return registry(RegistryHost.of(host, certificate.isEmpty()), login, new HttpTransport(trust, true));
    }

    private RemoteRegistry registry(RegistryHost host, Login login, HttpTransport http) {
        return new RemoteRegistry(host, login, http, new Retries(progress, firstPause));
    }

    /** Whether what listens there answers TLS's greeting with something that is none. */
    private static boolean speaksPlain(String host, HttpTransport http) {
        RegistryHost registry = RegistryHost.of(host, false);
        try {
            http.send(HttpCall.of("GET", registry.uri().resolve("/v2/")), Optional.empty())
                    .close();
            return false;
        } catch (SSLHandshakeException | ConnectException e) {
            return false;
        } catch (SSLException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
