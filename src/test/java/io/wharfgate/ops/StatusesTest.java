package io.wharfgate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.metrics.Exposition;
import io.wharfgate.metrics.Metrics;
import io.wharfgate.metrics.Page;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatusesTest {

    private final Metrics metrics = new Metrics();
    private final Metrics.Counters counters = metrics.counters("answers_total", "Answers.", "status");
    private final Statuses statuses = new Statuses(counters::with);

    private Page page() {
        return Page.parse(new String(Exposition.TEXT.page(metrics), StandardCharsets.UTF_8));
    }

    @Test
    void whateverAnUpstreamAnswersThereAreFewSeries() {
        for (int status = -1; status < 1200; status++) {
            statuses.count(status);
        }
        assertThat(page().family("answers_total").samples()).hasSizeLessThan(50);
        assertThat(page().sum("answers_total")).isEqualTo(1201);
    }

    @Test
    void knownOnesAreTheirOwnAndOthersTheirClass() {
        statuses.count(404);
        statuses.count(418);
        statuses.count(420);
        statuses.count(499);
        assertThat(page().sum("answers_total", "status", "404")).isEqualTo(1);
        assertThat(page().sum("answers_total", "status", "4xx")).isEqualTo(2);
        assertThat(page().sum("answers_total", "status", "499")).isEqualTo(1);
    }
}
