package io.wharfgate.upstream;

import java.nio.channels.ClosedSelectorException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.CharCodingConfig;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Apache HttpClient, set up to pass on what it is given and to do nothing on its own account: no retries, redirects,
 * cookies, credentials, decompression, upgrades, nor fields that nobody asked for. HTTP/1.1 only, as on the side of the clients.
 */
final class UpstreamClient {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamClient.class);

    /** Bytes that the upstream may send ahead of the client; looked at after each buffer of them. */
    private static final int WINDOW = 2 * UpstreamBuffers.RECORD;

    private static final int MOST_LINE = 64 * 1024;
    private static final int MOST_FIELDS = 200;

    /** Below the minute after which many servers close an idle connection, so that few requests meet a closed one. */
    private static final TimeValue KEEP_ALIVE = TimeValue.ofSeconds(45);

    /**
     * A machine that went away without a word, in the middle of an answer, is known to be gone after two minutes. Else each
     * of its connections would count as taken until the read timeout, which has to be long.
     */
    private static final int KEEP_IDLE_SECONDS = 60;

    private static final int KEEP_INTERVAL_SECONDS = 15;
    private static final int KEEP_COUNT = 4;

    /** A connection that was idle for so long is looked at before it is used. */
    private static final TimeValue VALIDATE_AFTER = TimeValue.ofSeconds(1);

    /** Stands for no User-Agent at all: HttpClient cannot be told to send none. */
    private static final String NO_AGENT = "none";

    private UpstreamClient() {}

    /**
     * A client that is started already.
     *
     * @param threads that move bytes
     * @param connections closed with the client
     */
    static CloseableHttpAsyncClient start(
            UpstreamConfig.Limits limits,
            UpstreamBuffers buffers,
            int threads,
            PoolingAsyncClientConnectionManager connections) {
        CloseableHttpAsyncClient client = HttpAsyncClients.custom()
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .disableRequestPriority()
                .setUserAgent(NO_AGENT)
                .addRequestInterceptorLast((request, entity, context) -> {
                    Header agent = request.getFirstHeader(HttpHeaders.USER_AGENT);
                    if (agent != null && agent.getValue().equals(NO_AGENT)) {
                        request.removeHeader(agent);
                    }
                    request.removeHeaders(HttpHeaders.CONNECTION);
                })
                .addExecInterceptorFirst("before-lease", (request, entity, scope, chain, callback) -> {
                    UpstreamHold.beforeLease(scope);
                    chain.proceed(request, entity, scope, callback);
                })
                .addExecInterceptorLast("with-connection", (request, entity, scope, chain, callback) -> {
                    UpstreamHold.withConnection(scope);
                    chain.proceed(request, entity, scope, callback);
                })
                .setDefaultRequestConfig(requests(limits))
                // Fields are bytes, and Undertow's strings hold them so; left to itself, the client writes some as "?".
                .setCharCodingConfig(CharCodingConfig.custom()
                        .setCharset(StandardCharsets.ISO_8859_1)
                        .build())
                .setHttp1Config(Http1Config.custom()
                        .setBufferSize(buffers.session())
                        .setInitialWindowSize(WINDOW)
                        .setMaxLineLength(MOST_LINE)
                        .setMaxHeaderCount(MOST_FIELDS)
                        .build())
                .setIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(threads)
                        .setRcvBufSize(buffers.socket())
                        .setSndBufSize(buffers.socket())
                        .setTcpNoDelay(true)
                        .setSoKeepAlive(true)
                        .setTcpKeepIdle(KEEP_IDLE_SECONDS)
                        .setTcpKeepInterval(KEEP_INTERVAL_SECONDS)
                        .setTcpKeepCount(KEEP_COUNT)
                        .setSoTimeout(Timeout.DISABLED)
                        .build())
                .setConnectionManager(connections)
                .setIoReactorExceptionCallback(UpstreamClient::report)
                .setKeepAliveStrategy(keepAlive())
                .evictIdleConnections(KEEP_ALIVE)
                .build();
        client.start();
        return client;
    }

    private static RequestConfig requests(UpstreamConfig.Limits limits) {
        return RequestConfig.custom()
                .setConnectionRequestTimeout(timeout(limits.leaseTimeout()))
                // Silence is watched where it is known who keeps whom waiting.
                .setResponseTimeout(Timeout.DISABLED)
                .setAuthenticationEnabled(false)
                .setRedirectsEnabled(false)
                .setContentCompressionEnabled(false)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build();
    }

    /**
     * No connection yet.
     *
     * @param most to one address
     * @param tls for https; empty for the system's authorities
     * @param names looks up the names of upstreams; may wait
     */
    static PoolingAsyncClientConnectionManager connections(
            UpstreamConfig.Limits limits, int most, Optional<SSLContext> tls, DnsResolver names) {
        ClientTlsStrategyBuilder strategy = ClientTlsStrategyBuilder.create();
        tls.ifPresent(strategy::setSslContext);
        return new NamesAside()
                .setDnsResolver(names)
                .setTlsStrategy(strategy.buildAsync())
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .setHandshakeTimeout(timeout(limits.connectTimeout()))
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(timeout(limits.connectTimeout()))
                        .setSocketTimeout(Timeout.DISABLED)
                        .setValidateAfterInactivity(VALIDATE_AFTER)
                        .build())
                .setMaxConnPerRoute(most)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .build();
    }

    private static ConnectionKeepAliveStrategy keepAlive() {
        return (response, context) -> {
            TimeValue told = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
            return told.compareTo(KEEP_ALIVE) < 0 && TimeValue.isNonNegative(told) ? told : KEEP_ALIVE;
        };
    }

    /** What the reactor could not tell to any request. */
    private static void report(Exception failure) {
        if (failure instanceof ClosedSelectorException) {
            // Two of its threads close the same selector when the client is closed.
            LOG.debug("reactor closed", failure);
        } else {
            LOG.error("upstream connections failed", failure);
        }
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.ofMilliseconds(duration.toMillis());
    }
}
