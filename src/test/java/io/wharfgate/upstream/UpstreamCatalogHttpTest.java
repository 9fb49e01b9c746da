package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.gateway.GivenRights;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.oci.RegistryRoute;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of the merged catalog, as a client gets them. */
class UpstreamCatalogHttpTest {

    private static final FakeFetches NONE = new FakeFetches(request -> FakeFetches.answer(404, "no"));

    private final HttpClient client = HttpClient.newHttpClient();
    private volatile UpstreamCatalog catalog = catalog(List.of());
    private volatile boolean all;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Duration patience = Duration.ofSeconds(30);
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(patience, Duration.ofSeconds(1), 100, 65536, 0),
                2,
                Optional.empty(),
                new RootHandler(
                        new ClientAddress(a -> false),
                        new RunningRequests(),
                        patience,
                        exchange -> catalog.handle(
                                exchange,
                                new RegistryCall(
                                        new RegistryRoute.Catalog(),
                                        exchange.getRequestMethod(),
                                        QueryParameters.of(exchange),
                                        new GivenRights(name -> !name.value().equals("hidden"), all)))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static UpstreamCatalog catalog(List<String> names, Transport... others) {
        FakeCatalog registry = new FakeCatalog(names, Comparator.naturalOrder(), 1000, true);
        List<CatalogSource> sources =
                new java.util.ArrayList<>(List.of(new CatalogSource(registry.requests("default"), name -> true)));
        for (Transport other : others) {
            sources.add(new CatalogSource(FakeCatalog.requests("team", other), name -> true));
        }
        return new UpstreamCatalog(sources, Clock.systemUTC());
    }

    private HttpResponse<String> send(String method, String query) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v2/_catalog" + query))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void pageHasALinkToTheNext() throws Exception {
        catalog = catalog(List.of("a/b", "c", "hidden"));

        HttpResponse<String> first = send("GET", "?n=1");
        assertThat(first.body()).isEqualTo("{\"repositories\":[\"a/b\"]}");
        assertThat(first.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(first.headers().firstValue("Link")).contains("</v2/_catalog?n=1&last=a%2Fb>; rel=\"next\"");

        HttpResponse<String> second = send("GET", "?n=1&last=a%2Fb");
        assertThat(second.body()).isEqualTo("{\"repositories\":[\"c\"]}");
        assertThat(second.headers().firstValue("Link")).isEmpty();
        assertThat(second.headers().firstValue("Warning")).isEmpty();
    }

    @Test
    void pagesAreOf100UnlessAskedForAndOf1000AtTheMost() throws Exception {
        catalog = catalog(IntStream.range(1000, 2500).mapToObj(i -> "r" + i).toList());
        assertThat(send("GET", "").headers().firstValue("Link"))
                .hasValueSatisfying(link -> assertThat(link).contains("n=100&last=r1099>"));
        for (String n : new String[] {"1001", "99999999999999999999"}) {
            assertThat(send("GET", "?n=" + n).headers().firstValue("Link"))
                    .hasValueSatisfying(link -> assertThat(link).contains("n=1000&last=r1999>"));
        }
        assertThat(send("GET", "?n=0").body()).isEqualTo("{\"repositories\":[]}");
    }

    @Test
    void headIsGetWithoutTheBody() throws Exception {
        catalog = catalog(List.of("a"));
        HttpResponse<String> head = send("HEAD", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length"))
                .contains(Integer.toString(send("GET", "").body().length()));
    }

    @Test
    void whatIsMissingIsToldInAWarning() throws Exception {
        all = true;
        catalog = catalog(List.of("a"), NONE);
        HttpResponse<String> answer = send("GET", "");
        assertThat(answer.body()).isEqualTo("{\"repositories\":[\"a\"]}");
        assertThat(answer.headers().firstValue("Warning"))
                .contains("299 - \"the repositories of upstream team are missing\"");
    }

    @Test
    void whoMayNotSeeAllIsNotToldWhatIsMissing() throws Exception {
        catalog = catalog(List.of("a"), NONE);
        HttpResponse<String> answer = send("GET", "");
        assertThat(answer.body()).isEqualTo("{\"repositories\":[\"a\"]}");
        assertThat(answer.headers().firstValue("Warning")).contains("299 - \"some repositories may be missing\"");
    }

    @Test
    void hiddenNamesNeitherShortenAPageNorLeadToAnother() throws Exception {
        catalog = catalog(List.of("a", "hidden", "z"));
        HttpResponse<String> whole = send("GET", "?n=2");
        assertThat(whole.body()).isEqualTo("{\"repositories\":[\"a\",\"z\"]}");
        assertThat(whole.headers().firstValue("Link")).isEmpty();

        catalog = catalog(List.of("a", "hidden"));
        assertThat(send("GET", "?n=1").headers().firstValue("Link")).isEmpty();
        assertThat(send("GET", "?last=hidden").body())
                .isEqualTo(send("GET", "?last=hiddeo").body());
    }

    @Test
    void whenAllAreMissingItIsAnErrorWithTheRequestsId() throws Exception {
        catalog = new UpstreamCatalog(
                List.of(new CatalogSource(FakeCatalog.requests("team", NONE), name -> true)), Clock.systemUTC());
        HttpResponse<String> answer = send("GET", "");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body())
                .contains("\"code\":\"UNAVAILABLE\"")
                .contains(answer.headers().firstValue("X-Request-Id").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?n=-1", "?n=x", "?n=", "?n=1.5", "?n=%201"})
    void pageSizeThatIsNoneIsRefused(String query) throws Exception {
        HttpResponse<String> answer = send("GET", query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("PAGINATION_NUMBER_INVALID");
    }

    @Test
    void onlyReadingIsAllowed() throws Exception {
        HttpResponse<String> answer = send("DELETE", "");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }
}
