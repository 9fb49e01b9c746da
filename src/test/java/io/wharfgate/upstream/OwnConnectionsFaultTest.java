package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.http.TestServer.RawClient;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;

/** What connections cost those who do not need them. */
class OwnConnectionsFaultTest {

    /** A health check that waited behind clients was counted as failed, and then everybody was refused. */
    @Test
    void ownRequestIsAnsweredWhileClientsHaveAllConnections() throws Exception {
        UpstreamConfig.Limits limits = new UpstreamConfig.Limits(
                Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(15), 1, false);
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host(), limits, Duration.ofSeconds(15));
                RawClient client = gateway.connect()) {
            client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
            upstream.accept().readRequest();
            CompletableFuture<Transport.Fetched> check = fetch(gateway.transport, upstream.host());
            RawUpstream.Connection own = upstream.accept();
            assertThat(own.readRequest()).startsWith("GET /check ");
            own.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(check.get(15, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    /** A silent name server stopped the I/O thread that asked it, and with it the clients of all other upstreams. */
    @Test
    void namesAreNeverLookedUpByWhoAsksForAConnection() throws Exception {
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        DnsResolver names = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) {
                threads.add(Thread.currentThread().getName());
                return new InetAddress[] {InetAddress.getLoopbackAddress()};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                Transport transport =
                        new HttpClientTransport(ForwardingServer.LIMITS, 64 * 1024, Optional.empty(), names)) {
            HttpHost named =
                    new HttpHost("http", "registry.example", upstream.host().getPort());
            assertThat(fetch(transport, named).get(15, TimeUnit.SECONDS).body()).isEqualTo("ok");
        }
        assertThat(threads).isNotEmpty().allMatch(name -> name.startsWith("upstream-connect-"));
    }

    private static CompletableFuture<Transport.Fetched> fetch(Transport transport, HttpHost host) {
        return transport
                .fetch(
                        new UpstreamRequest(host, "GET", "/check", List.of()),
                        Optional.empty(),
                        1000,
                        Duration.ofSeconds(15))
                .toCompletableFuture();
    }
}
