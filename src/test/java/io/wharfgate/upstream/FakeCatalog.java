package io.wharfgate.upstream;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** A registry's {@code _catalog}: in an order of its own, with pages as it likes them. */
final class FakeCatalog {

    private final List<String> names;
    private final int largestPage;
    private final boolean links;
    final FakeFetches transport = new FakeFetches(this::answer);

    FakeCatalog(List<String> names, Comparator<String> order, int largestPage, boolean links) {
        this.names = names.stream().sorted(order).toList();
        this.largestPage = largestPage;
        this.links = links;
    }

    /** As CNCF distribution sorts: component by component. */
    static Comparator<String> byComponents() {
        return Comparator.comparing(name -> name.replace('/', '\0'));
    }

    OwnRequests requests(String upstream) {
        return requests(upstream, transport);
    }

    static OwnRequests requests(String upstream, Transport transport) {
        Addresses addresses = new Addresses(
                upstream,
                List.of(URI.create("http://" + upstream)),
                new UpstreamConfig.Health("/v2/", Duration.ZERO, Duration.ofSeconds(1), 3),
                Clock.systemUTC());
        return new OwnRequests(addresses, transport, new FakeAuthorization(0), Optional.empty());
    }

    private CompletionStage<Transport.Fetched> answer(UpstreamRequest request) {
        Map<String, String> query = query(request.target());
        int n = Integer.parseInt(query.getOrDefault("n", "100"));
        if (n > Math.max(100, largestPage)) {
            return FakeFetches.answer(400, "{\"errors\":[{\"code\":\"PAGINATION_NUMBER_INVALID\"}]}");
        }
        int from = names.indexOf(query.getOrDefault("last", "")) + 1;
        int to = Math.min(names.size(), from + Math.min(n, largestPage));
        List<String> page = names.subList(from, to);
        String body = page.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(",", "[", "]"));
        if (to == names.size() || !links) {
            return FakeFetches.answer(200, "{\"repositories\":" + body + "}");
        }
        String last = URLEncoder.encode(page.get(page.size() - 1), StandardCharsets.UTF_8);
        return FakeFetches.answer(
                200,
                "{\"repositories\":" + body + "}",
                "Link",
                "<http://elsewhere/v2/_catalog?last=" + last + "&n=" + n + ">; rel=\"next\"");
    }

    private static Map<String, String> query(String target) {
        Map<String, String> query = new HashMap<>();
        if (target.contains("?")) {
            for (String pair : target.substring(target.indexOf('?') + 1).split("&", -1)) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }
}
