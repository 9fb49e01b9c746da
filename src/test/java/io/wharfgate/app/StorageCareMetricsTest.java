package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.control.ControlClient;
import io.wharfgate.control.RecordedOutput;
import io.wharfgate.metrics.Page;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says of what is done to the storage, by operators' commands as they reach a running service. */
class StorageCareMetricsTest {

    private static final String RUNS = "wharfgate_task_runs_total";
    private static final String DONE = "wharfgate_task_done_timestamp_seconds";

    @TempDir
    private Path directory;

    private ReloadingService start() throws Exception {
        return new ReloadingService(directory, Map.of("ops.listen", "127.0.0.1:0"));
    }

    private static Page page(ReloadingService service) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(service.operations("/metrics")).build();
        return Page.parse(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private int run(String task, Map<String, String> arguments) throws Exception {
        try (ControlClient command =
                ControlClient.connect(directory.resolve("control.sock")).orElseThrow()) {
            return command.run(task, arguments, new RecordedOutput());
        }
    }

    @Test
    void commandsAreCountedAndTheLastCollectionOutlivesTheService() throws Exception {
        double collected;
        try (ReloadingService service = start()) {
            service.registry().client().pushImage("team/app", "v1");
            assertThat(run("gc", Map.of("dry-run", "true"))).isZero();
            assertThat(page(service).sum(DONE, "task", "gc")).isZero();
            assertThat(run("gc", Map.of())).isZero();
            assertThat(run("check", Map.of("fast", "true"))).isZero();
            // A command has its exit code a moment before its task is over.
            await().until(() -> page(service).sum(RUNS, "task", "check", "result", "done") == 1);
            Page page = page(service);
            assertThat(page.sum(RUNS, "task", "gc", "result", "done")).isEqualTo(1);
            assertThat(page.sum("wharfgate_tasks_running")).isZero();
            assertThat(page.sum("wharfgate_storage_check_findings")).isZero();
            collected = page.sum(DONE, "task", "gc");
            assertThat(collected).isPositive();
        }
        try (ReloadingService again = start()) {
            assertThat(page(again).sum(DONE, "task", "gc")).isBetween(collected - 5, collected);
            assertThat(page(again).sum(RUNS)).isZero();
        }
    }

    @Test
    void quotasAreCountedByHowMuchOfThemIsUsed() throws Exception {
        Files.writeString(directory.resolve("storage-rules.yaml"), """
            quotas:
              - {prefix: full, tags: 2}
              - {prefix: nearly, tags: 10}
              - {prefix: empty, tags: 10}
            """);
        try (ReloadingService service = start()) {
            for (int i = 0; i < 9; i++) {
                service.registry().client().pushImage("nearly/app", "v" + i);
            }
            service.registry().client().pushImage("full/app", "v1");
            service.registry().client().pushImage("full/app", "v2");
            await().untilAsserted(() -> {
                Page page = page(service);
                assertThat(page.sum("wharfgate_quotas", "use", "full")).isEqualTo(1);
                assertThat(page.sum("wharfgate_quotas", "use", "nearly_full")).isEqualTo(1);
                assertThat(page.sum("wharfgate_quotas", "use", "below_90_percent"))
                        .isEqualTo(1);
            });
        }
    }
}
