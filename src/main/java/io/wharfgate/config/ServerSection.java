package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.http.ServerConfig.Cidr;
import io.wharfgate.http.ServerConfig.Limits;
import io.wharfgate.http.ServerConfig.ListenAddress;
import java.time.Duration;
import java.util.List;

/** Reads the section {@code server}. */
final class ServerSection {

    private static final Duration DAY = Duration.ofDays(1);

    private ServerSection() {}

    static ServerConfig read(Values values, PathFormat paths) {
        var listen = new ListenFormat();
        return new ServerConfig(
                values.get(Key.SERVER_LISTEN, listen, new ListenAddress("0.0.0.0", 5443)),
                values.get(Key.SERVER_REDIRECT_HTTP, listen),
                values.get(Key.SERVER_EXTERNAL_URL, new ExternalUrlFormat()),
                trustedProxies(values),
                values.get(Key.SERVER_DATA_DIRECTORY, paths, paths.fromWorkingDirectory("wharfgate-data")),
                limits(values));
    }

    private static List<Cidr> trustedProxies(Values values) {
        var blocks = values.list(Key.SERVER_TRUSTED_PROXIES, new CidrFormat());
        if (blocks.isEmpty()) {
            values.assume(Key.SERVER_TRUSTED_PROXIES, List.of());
        }
        if (blocks.stream().flatMap(List::stream).anyMatch(block -> block.prefix() == 0)) {
            values.warning(
                    Key.SERVER_TRUSTED_PROXIES,
                    "believes forwarded headers from everybody, so any client can choose its address; name the"
                            + " addresses of your proxies");
        }
        return blocks.orElse(List.of());
    }

    private static Limits limits(Values values) {
        return new Limits(
                values.get(
                        Key.SERVER_STALL_TIMEOUT,
                        new DurationFormat(Duration.ofSeconds(1), DAY),
                        Duration.ofSeconds(60)),
                values.get(Key.SERVER_DRAIN_TIMEOUT, new DurationFormat(Duration.ZERO, DAY), Duration.ofSeconds(30)),
                values.get(Key.SERVER_MAX_CONNECTIONS, new NumberFormat(1, 1_000_000), 10_000),
                (int) (long) values.get(Key.SERVER_SOCKET_BUFFER, new SizeFormat(4 << 10, 64 << 20), 128L << 10),
                values.get(Key.SERVER_WORKER_THREADS, new NumberFormat(0, 4096), 0));
    }
}
