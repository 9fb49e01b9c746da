package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.metrics.Page;
import io.wharfgate.upstream.UpstreamConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page, the document, the dashboard and the alerts name the same metrics. */
class MetricsPageTest {

    private static final Path DOCUMENT = Path.of("docs/metrics.md");
    private static final Path ALERTS = Path.of("docs/grafana/alerts.yaml");
    private static final Path DASHBOARD = Path.of("docs/grafana/wharfgate.json");
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z0-9_]+)` \\| (counter|gauge|histogram) \\| ([^|]*)\\|.*");
    private static final Pattern METRIC = Pattern.compile("\\b(?:wharfgate|jvm|process)_[a-z0-9_]+\\b");

    /** Families by name, with type and the names of their labels, where there are samples. */
    private static final Map<String, Page.Family> FAMILIES = new TreeMap<>();

    @BeforeAll
    static void collect(@TempDir Path directory) throws Exception {
        RunningService.Setup stored = RunningService.Setup.in(directory.resolve("stored"));
        collect(stored, AuditLogTest.auditing(stored.config(), directory.resolve("audit.log")));
        RunningService.Setup gateway =
                RunningService.Setup.in(directory.resolve("gateway")).plain().gateway(upstream());
        collect(gateway, gateway.config());
    }

    private static UpstreamConfig upstream() {
        return new UpstreamConfig(
                Optional.of(new UpstreamConfig.Registry(
                        List.of(URI.create("http://127.0.0.1:9")),
                        Optional.empty(),
                        new UpstreamConfig.Tls(Optional.empty(), Optional.empty()),
                        new UpstreamConfig.Headers(
                                Optional.empty(),
                                Optional.empty(),
                                UpstreamConfig.Rules.NONE,
                                UpstreamConfig.Rules.NONE),
                        new UpstreamConfig.Limits(
                                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20), 16, false),
                        new UpstreamConfig.Health("/v2/", Duration.ZERO, Duration.ofSeconds(5), 1))),
                Map.of(),
                List.of());
    }

    private static void collect(RunningService.Setup setup, WharfgateConfig config) throws Exception {
        setup.addUser(RunningService.USER, RunningService.PASSWORD);
        try (Wharfgate service = Wharfgate.of(config)) {
            service.start();
            // The first request is on a later page, and so is what a worker looks at.
            Page page = await().until(() -> page(service), Page::complete);
            page.names().forEach(name -> FAMILIES.put(name, page.family(name)));
        }
    }

    private static Page page(Wharfgate service) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + service.ports().get(1) + "/metrics");
        return Page.parse(HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Test
    void everyFamilyIsDocumentedAndNoneIsInvented() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String labels = Stream.of(row.group(3).replace("`", "").split(","))
                        .map(String::strip)
                        .filter(label -> !label.isEmpty())
                        .sorted()
                        .collect(Collectors.joining(","));
                assertThat(documented.put(row.group(1), row.group(2) + " " + labels))
                        .isNull();
            }
        }
        Map<String, String> served = new TreeMap<>();
        FAMILIES.forEach((name, family) -> served.put(name, family.type() + " " + labels(family)));
        assertThat(documented).isEqualTo(served);
    }

    private static String labels(Page.Family family) {
        assertThat(family.samples()).as("%s has samples here", family.name()).isNotEmpty();
        return family.samples().get(0).labels().keySet().stream()
                .filter(label -> !label.equals("le"))
                .sorted()
                .collect(Collectors.joining(","));
    }

    @Test
    void alertsAndDashboardNameMetricsThatAreThere() throws IOException {
        Set<String> samples = FAMILIES.values().stream()
                .flatMap(family -> family.samples().stream())
                .map(Page.Sample::name)
                .collect(Collectors.toSet());
        for (Path file : List.of(ALERTS, DASHBOARD)) {
            Set<String> named = new TreeSet<>();
            METRIC.matcher(Files.readString(file)).results().forEach(match -> named.add(match.group()));
            assertThat(named).as(file.toString()).isNotEmpty().isSubsetOf(samples);
        }
    }

    @Test
    void everyPanelOfTheDashboardAsksTheChosenDatasource() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        assertThat(dashboard.path("id").isNull()).as("importable").isTrue();
        Set<Integer> ids = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).as("its own id").isTrue();
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.path("targets")).isNotEmpty();
            }
        }
        assertThat(ids).hasSizeGreaterThan(10);
    }
}
