package io.wharfgate.client.remote;

import java.io.Closeable;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends single requests by Apache HttpClient, set up to do nothing on its own account: no retries, redirects, cookies, logins nor
 * decompression. HTTP/1.1. Thread-safe.
 */
final class HttpTransport implements Closeable {

    private static final Timeout CONNECT = Timeout.ofSeconds(15);

    /** A registry may be silent for long while it puts the parts of a large blob together. */
    private static final Timeout SILENCE = Timeout.ofMinutes(5);

    private static final TimeValue VALIDATE_AFTER = TimeValue.ofSeconds(1);
    private static final int BUFFER = 16 * 1024;
    private static final int MOST_LINE = 64 * 1024;
    private static final int MOST_FIELDS = 200;

    /** How many bytes of a body are sent between two looks whether the server has answered already. */
    private static final long LOOK_EVERY = 1 << 20;

    private final CloseableHttpClient client;

    /**
     * Ready at once.
     *
     * @param tls whom to trust
     * @param anyName whether the certificate may bear another name than the server is called by: where exactly one certificate
     *     is trusted
     */
    HttpTransport(SSLContext tls, boolean anyName) {
        this.client = HttpClients.custom()
                .setConnectionManager(connections(tls, anyName))
                .setRoutePlanner(new SystemDefaultRoutePlanner(ProxySelector.getDefault()))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(SILENCE)
                        .setAuthenticationEnabled(false)
                        .setRedirectsEnabled(false)
                        .setContentCompressionEnabled(false)
                        .setExpectContinueEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent("wharfgate")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .build();
    }

    private static PoolingHttpClientConnectionManager connections(SSLContext tls, boolean anyName) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(
                        anyName
                                ? new DefaultClientTlsStrategy(tls, NoopHostnameVerifier.INSTANCE)
                                : new DefaultClientTlsStrategy(tls))
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setBufferSize(BUFFER)
                                .setMaxLineLength(MOST_LINE)
                                .setMaxHeaderCount(MOST_FIELDS)
                                .build())
                        .responseOutOfOrderStrategy(new MonitoringResponseOutOfOrderStrategy(LOOK_EVERY))
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT)
                        .setSocketTimeout(SILENCE)
                        .setValidateAfterInactivity(VALIDATE_AFTER)
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(SILENCE)
                        .setSoKeepAlive(true)
                        .setTcpKeepIdle((int) Duration.ofMinutes(1).toSeconds())
                        .setTcpNoDelay(true)
                        .build())
                .setMaxConnPerRoute(Integer.MAX_VALUE)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .build();
    }

    /**
     * Sends it and comes back with the answer's head. The caller closes the answer.
     *
     * @param authorization for this host
     */
    HttpAnswer send(HttpCall call, Optional<String> authorization) throws IOException {
        HttpUriRequestBase request = new HttpUriRequestBase(call.method(), call.uri());
        call.fields().forEach(request::setHeader);
        authorization.ifPresent(value -> request.setHeader("Authorization", value));
        if (call.body().isPresent()) {
            HttpCall.Body body = call.body().get();
            request.setEntity(new InputStreamEntity(body.open(), body.length(), null));
        }
        try {
            return new HttpAnswer(client.executeOpen(RoutingSupport.determineHost(request), request, null), call.uri());
        } catch (HttpException e) {
            throw new IOException(e.getMessage(), e);
        } catch (SSLHandshakeException e) {
            throw named(call.uri(), e);
        }
    }

    /** With the host, as a copy has two of them, and in words where Java has none. */
    private static SSLHandshakeException named(URI uri, SSLHandshakeException failure) {
        String message = String.valueOf(failure.getMessage());
        boolean unknown = message.contains("PKIX path building failed");
        var named = new SSLHandshakeException(
                uri.getRawAuthority() + ": " + (unknown ? "its certificate is not trusted here" : message));
        named.initCause(failure);
        return named;
    }

    @Override
    public void close() {
        client.close(org.apache.hc.core5.io.CloseMode.GRACEFUL);
    }
}
