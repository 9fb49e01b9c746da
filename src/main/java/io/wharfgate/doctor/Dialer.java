package io.wharfgate.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Opens connections, each within the time that is given. Thread-safe; closed by its user. */
final class Dialer implements AutoCloseable {

    private final Alarm alarm = new Alarm();
    private final Duration patience;
    private final Supplier<X509TrustManager> trust;
    private final boolean insecure;

    /**
     * @param trust who vouches for servers
     * @param insecure whether nobody needs to
     */
    Dialer(Duration patience, Supplier<X509TrustManager> trust, boolean insecure) {
        this.patience = patience;
        this.trust = trust;
        this.insecure = insecure;
    }

    X509TrustManager trust() {
        return trust.get();
    }

    Duration patience() {
        return patience;
    }

    /** All addresses of a name. The system's own resolver has no limit of time. */
    List<InetAddress> resolve(String host) throws IOException {
        var found = new CompletableFuture<List<InetAddress>>();
        Thread lookup = new Thread(
                () -> {
                    try {
                        found.complete(List.of(InetAddress.getAllByName(host)));
                    } catch (UnknownHostException e) {
                        found.completeExceptionally(e);
                    }
                },
                "doctor-lookup");
        lookup.setDaemon(true);
        lookup.start();
        try {
            return found.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new WireException("the name is unknown to this machine", e);
        } catch (TimeoutException e) {
            throw new WireException("no answer from the name server within " + Text.time(patience), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WireException("interrupted", e);
        }
    }

    Socket tcp(InetAddress address, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(patience.toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new WireException(
                    e instanceof java.net.SocketTimeoutException
                            ? "no answer within " + Text.time(patience)
                            : String.valueOf(e.getMessage()),
                    e);
        }
    }

    /** The first address that answers. */
    private Socket tcp(Target target) throws IOException {
        IOException last = new WireException("the name has no address");
        for (InetAddress address : resolve(target.host())) {
            try {
                return tcp(address, target.port());
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** A connection for requests: with TLS its server has been verified, but where nobody asks for it. */
    Wire open(Target target) throws IOException {
        Socket tcp = tcp(target);
        Alarm.Guard guard = alarm.over(tcp);
        if (!target.secure()) {
            return new Wire(tcp, guard, target.authority(), patience);
        }
        var trusting = insecure ? new Onlooker() : trust.get();
        return new Wire(handshake(tcp, guard, target, trusting, !insecure), guard, target.authority(), patience);
    }

    /** What a server shows of itself. */
    record Shown(List<X509Certificate> chain, String protocol, String cipher) {}

    /** One handshake that trusts everybody, to look; nothing is sent on it. */
    Shown look(Target target) throws IOException {
        Socket tcp = tcp(target);
        Alarm.Guard guard = alarm.over(tcp);
        var onlooker = new Onlooker();
        try (guard;
                SSLSocket socket = handshake(tcp, guard, target, onlooker, false)) {
            return new Shown(
                    onlooker.chain(),
                    socket.getSession().getProtocol(),
                    socket.getSession().getCipherSuite());
        }
    }

    /** A connection to the port in the clear, whatever is spoken there. */
    Wire openInTheClear(Target target) throws IOException {
        Socket tcp = tcp(target);
        return new Wire(tcp, alarm.over(tcp), target.authority(), patience);
    }

    /** The bare bytes of a connection, guarded for as long as patience lasts. */
    <T> T raw(Target target, RawTalk<T> talk) throws IOException {
        try (Socket tcp = tcp(target);
                Alarm.Guard guard = alarm.over(tcp)) {
            guard.set(patience);
            try {
                return talk.with(tcp);
            } catch (IOException e) {
                throw guard.explained(e, "no answer");
            }
        }
    }

    interface RawTalk<T> {
        T with(Socket tcp) throws IOException;
    }

    private SSLSocket handshake(Socket tcp, Alarm.Guard guard, Target target, X509TrustManager by, boolean names)
            throws IOException {
        guard.set(patience);
        try {
            SSLSocket socket =
                    (SSLSocket) context(by).getSocketFactory().createSocket(tcp, target.host(), target.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            if (!Names.isAddress(target.host())) {
                parameters.setServerNames(List.of(new SNIHostName(target.host())));
            }
            if (names) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (SSLException e) {
            guard.close();
            throw guard.expired()
                    ? guard.explained(e, "no TLS handshake")
                    : new WireException("no TLS handshake: " + e.getMessage(), e);
        } catch (IOException e) {
            guard.close();
            throw guard.explained(e, "no TLS handshake");
        } finally {
            guard.clear();
        }
    }

    private static SSLContext context(X509TrustManager by) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {by}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS", e);
        }
    }

    @Override
    public void close() {
        alarm.close();
    }
}
