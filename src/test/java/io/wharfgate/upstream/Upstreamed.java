package io.wharfgate.upstream;

import io.wharfgate.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/** Settings of an upstream and header fields, said in one line. */
final class Upstreamed {

    static final UpstreamConfig.Headers PLAIN = headers(UpstreamConfig.Rules.NONE, UpstreamConfig.Rules.NONE);

    private Upstreamed() {}

    static UpstreamConfig.Headers headers(UpstreamConfig.Rules request, UpstreamConfig.Rules response) {
        return new UpstreamConfig.Headers(Optional.empty(), Optional.empty(), request, response);
    }

    static UpstreamConfig.Registry registry(UpstreamConfig.Headers headers, String... addresses) {
        return new UpstreamConfig.Registry(
                Arrays.stream(addresses).map(URI::create).toList(),
                Optional.empty(),
                new UpstreamConfig.Tls(Optional.empty(), Optional.empty()),
                headers,
                new UpstreamConfig.Limits(
                        Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, false),
                new UpstreamConfig.Health("/v2/", Duration.ofSeconds(1), Duration.ofSeconds(1), 1));
    }

    static UpstreamConfig.Credentials login(String... tokenRealms) {
        return new UpstreamConfig.Credentials("robot", Secret.of("pa:ss"), Set.of(tokenRealms));
    }

    static UpstreamConfig.Rules rules(List<String> remove, Map<String, String> set, Map<String, String> add) {
        return new UpstreamConfig.Rules(Set.copyOf(remove), set, add);
    }

    /** Fields from lines such as {@code Host: a}. */
    static List<Header> fields(String... lines) {
        return Stream.of(lines)
                .<Header>map(line -> new BasicHeader(
                        line.substring(0, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 1).strip()))
                .toList();
    }

    static List<String> lines(List<Header> fields) {
        return fields.stream().map(f -> f.getName() + ": " + f.getValue()).toList();
    }
}
