package io.wharfgate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {

    private final Metrics metrics = new Metrics();

    private String page(Exposition exposition) {
        return new String(exposition.page(metrics), StandardCharsets.UTF_8);
    }

    private void fill() {
        Metrics.Counters requests = metrics.counters("requests_total", "Requests.", "route", "status");
        requests.with("blob", "200").add(3);
        requests.with("tags", "404").increment();
        metrics.gauge("free_bytes", "Room.", () -> 82_782_339_072.0);
        metrics.info("build_info", "What this is.", Map.of("version", "1.0", "java", "17"));
        metrics.histograms("duration_seconds", "How long.", Metrics.Buckets.DISK, "operation")
                .with("read")
                .observe(TimeUnit.MILLISECONDS.toNanos(3));
    }

    @Test
    void textIsAsPrometheusReadsIt() {
        fill();
        assertThat(page(Exposition.TEXT))
                .startsWith("""
                        # HELP build_info What this is.
                        # TYPE build_info gauge
                        build_info{java="17",version="1.0"} 1
                        # HELP duration_seconds How long.
                        # TYPE duration_seconds histogram
                        duration_seconds_bucket{operation="read",le="0.0001"} 0
                        """)
                .contains("duration_seconds_bucket{operation=\"read\",le=\"1.0\"} 1\n")
                .endsWith("""
                        duration_seconds_bucket{operation="read",le="+Inf"} 1
                        duration_seconds_sum{operation="read"} 0.003
                        duration_seconds_count{operation="read"} 1
                        # HELP free_bytes Room.
                        # TYPE free_bytes gauge
                        free_bytes 82782339072
                        # HELP requests_total Requests.
                        # TYPE requests_total counter
                        requests_total{route="blob",status="200"} 3
                        requests_total{route="tags",status="404"} 1
                        """);
        Page.parse(page(Exposition.TEXT));
    }

    @Test
    void openMetricsNamesFamiliesWithoutSuffixAndEnds() {
        fill();
        assertThat(page(Exposition.OPEN_METRICS)).startsWith("""
                        # HELP build What this is.
                        # TYPE build info
                        build_info{java="17",version="1.0"} 1
                        """).endsWith("""
                        # HELP requests Requests.
                        # TYPE requests counter
                        requests_total{route="blob",status="200"} 3
                        requests_total{route="tags",status="404"} 1
                        # EOF
                        """);
    }

    @Test
    void bothFormatsHaveTheSameSeries() {
        fill();
        assertThat(page(Exposition.OPEN_METRICS).lines().filter(line -> !line.startsWith("#")))
                .containsExactlyElementsOf(page(Exposition.TEXT)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .toList());
    }

    @Test
    void whatIsSpecialInLabelsAndHelpIsEscaped() {
        metrics.gauges("odd", "A \"help\" with \\ in it.", "label").read(() -> 1, "a\"b\\c\nd");
        assertThat(page(Exposition.TEXT))
                .contains("# HELP odd A \"help\" with \\\\ in it.\n", "odd{label=\"a\\\"b\\\\c\\nd\"} 1\n");
        assertThat(page(Exposition.OPEN_METRICS)).contains("# HELP odd A \\\"help\\\" with \\\\ in it.\n");
        Page.parse(page(Exposition.TEXT));
    }

    @Test
    void whatIsNotKnownOrCannotBeReadIsLeftOut() {
        metrics.gauge("unknown", "Nobody knows.", () -> Double.NaN);
        metrics.gauge("broken", "Fails.", () -> {
            throw new IllegalStateException("no");
        });
        metrics.gauge("fraction", "A time.", () -> 1_795_374_417.549);
        assertThat(page(Exposition.TEXT))
                .contains("# TYPE unknown gauge\n", "# TYPE broken gauge\n", "fraction 1795374417.549\n")
                .doesNotContain("NaN", "\nunknown ", "\nbroken ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Upper", "two__underscores", "count_of_total_things_", "0x", "gauge_total", "gauge_info", ""})
    void badNamesAreRefused(String name) {
        assertThatThrownBy(() -> metrics.gauge(name, "Help.", () -> 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCounterNeedsItsSuffixAndAHelp() {
        assertThatThrownBy(() -> metrics.counter("requests", "Help.")).hasMessageContaining("_total");
        assertThatThrownBy(() -> metrics.counter("requests_total", " ")).hasMessageContaining("help");
    }

    @Test
    void oneNameIsOneThing() {
        metrics.gauge("room_bytes", "Room.", () -> 1);
        metrics.gauge("room_bytes", "Room.", () -> 2);
        assertThat(page(Exposition.TEXT)).endsWith("room_bytes 2\n");
        assertThatThrownBy(() -> metrics.gauges("room_bytes", "Room.", "disk")).hasMessageContaining("room_bytes");
        assertThatThrownBy(() -> metrics.gauges("room_bytes", "Room.").read(() -> 1, "value"))
                .hasMessageContaining("labels");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | TEXT",
                "*/* | TEXT",
                "text/plain | TEXT",
                "application/openmetrics-text | OPEN_METRICS",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | OPEN_METRICS",
                "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | OPEN_METRICS",
                "text/plain;version=0.0.4, application/openmetrics-text;q=0.5 | TEXT",
                "application/openmetrics-text;q=0 | TEXT",
                "application/openmetrics-text;q=nonsense | TEXT",
                "text/html,application/xhtml+xml | TEXT",
            })
    void readersGetWhatTheyAskFor(String accept, Exposition wanted) {
        assertThat(Exposition.wanted(accept)).isEqualTo(wanted);
    }

    @Test
    void anAcceptOfAnyShapeIsRead() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] pieces = {
            "application/openmetrics-text", "text/plain", ";", ",", "q=", "0.5", "=", " ", "\"", "*/*", "q"
        };
        for (int i = 0; i < 2000; i++) {
            StringBuilder accept = new StringBuilder();
            for (int j = random.nextInt(12); j > 0; j--) {
                accept.append(pieces[random.nextInt(pieces.length)]);
            }
            assertThat(Exposition.wanted(accept.toString()))
                    .as("seed %d: %s", seed, accept)
                    .isNotNull();
        }
    }

    @Test
    void pagesMadeWhileOthersCountAreWhole() throws Exception {
        Metrics.Histograms histograms = metrics.histograms("d_seconds", "How long.", Metrics.Buckets.REQUEST, "route");
        Metrics.Counters counters = metrics.counters("c_total", "How many.", "route");
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int t = 0; t < 3; t++) {
                int seed = t;
                threads.execute(() -> {
                    Random random = new Random(seed);
                    for (int i = 0; i < 20_000; i++) {
                        String route = "route" + random.nextInt(20);
                        histograms.with(route).observe(random.nextLong(TimeUnit.MINUTES.toNanos(60)));
                        counters.with(route).increment();
                    }
                });
            }
            threads.shutdown();
            do {
                Page.parse("# HELP a x\n# TYPE a gauge\na 1\n" + page(Exposition.TEXT));
            } while (!threads.isTerminated());
        } finally {
            threads.shutdownNow();
        }
        Page page = Page.parse(page(Exposition.TEXT));
        assertThat(page.sum("d_seconds_count")).isEqualTo(60_000);
        assertThat(page.sum("c_total")).isEqualTo(60_000);
    }

    @Test
    void aDurationCountsInTheFirstBucketThatHoldsIt() {
        Histogram histogram = new Histogram(0.001, 1);
        histogram.observe(1_000_000);
        histogram.observe(1_000_001);
        histogram.observe(-5);
        histogram.observe(2_000_000_000L);
        assertThat(histogram.snapshot().upTo()).containsExactly(2, 3, 4);
        assertThat(histogram.snapshot().sum()).isEqualTo(2.002000001);
    }
}
