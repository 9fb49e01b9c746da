package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.control.RecordedOutput;
import io.wharfgate.control.Task;
import io.wharfgate.metrics.Exposition;
import io.wharfgate.metrics.Metrics;
import io.wharfgate.metrics.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What monitoring learns of tasks. */
class TaskMeterTest {

    private static final String RUNS = "wharfgate_task_runs_total";
    private static final String DONE = "wharfgate_task_done_timestamp_seconds";

    private final Metrics metrics = new Metrics();

    private Task counted(Task task, Optional<Instant> collected) {
        Map<String, Task> counted = new TaskMeter(metrics, Set.of("gc"), collected).counting(Map.of("gc", task));
        return Objects.requireNonNull(counted.get("gc"));
    }

    private Task counted(Task task) {
        return counted(task, Optional.empty());
    }

    private Page page() {
        return Page.parse(new String(Exposition.TEXT.page(metrics), StandardCharsets.UTF_8));
    }

    private double runs(String result) {
        return page().sum(RUNS, "task", "gc", "result", result);
    }

    @Test
    void aRunThatIsDoneTellsWhenAndHowMuch() throws Exception {
        Task task = counted((arguments, out) -> {
            assertThat(page().sum("wharfgate_tasks_running", "task", "gc")).isEqualTo(1);
            out.line("took something");
            out.figure("freed_bytes", 1000);
            out.figure("waiting_bytes", 30);
            return 0;
        });
        RecordedOutput out = new RecordedOutput();
        task.run(Map.of(), out);
        task.run(Map.of("dry-run", "false"), out);

        assertThat(runs("done")).isEqualTo(2);
        assertThat(page().sum(DONE, "task", "gc"))
                .isEqualTo(page().sum("wharfgate_task_end_timestamp_seconds", "task", "gc"))
                .isGreaterThan(1.7e9);
        assertThat(page().sum("wharfgate_task_last_duration_seconds", "task", "gc"))
                .isPositive();
        assertThat(page().sum("wharfgate_tasks_running")).isZero();
        assertThat(page().sum("wharfgate_gc_freed_bytes_total")).isEqualTo(2000);
        assertThat(page().sum("wharfgate_gc_waiting_bytes")).isEqualTo(30);
    }

    @Test
    void whatOnlyLooksIsNotTheCollectionThatIsOverdue() throws Exception {
        Task task = counted((arguments, out) -> 0);
        task.run(Map.of("dry-run", "true"), new RecordedOutput());
        task.run(Map.of("explain", "sha256:0"), new RecordedOutput());

        assertThat(page().sum(RUNS)).isZero();
        assertThat(page().sum(DONE)).isZero();
    }

    @Test
    void failuresAreToldApartFromWhatWasRefusedOrCancelled() throws Exception {
        Task failing = counted((arguments, out) -> {
            if (arguments.containsKey("throw")) {
                throw new IOException("disk");
            }
            return Integer.parseInt(arguments.getOrDefault("exit", "1"));
        });
        failing.run(Map.of(), new RecordedOutput());
        failing.run(Map.of("exit", "2"), new RecordedOutput());
        RecordedOutput left = new RecordedOutput();
        left.cancel();
        failing.run(Map.of(), left);
        assertThatThrownBy(() -> failing.run(Map.of("throw", "true"), new RecordedOutput()))
                .isInstanceOf(IOException.class);

        assertThat(runs("failed")).isEqualTo(2);
        assertThat(runs("refused")).isEqualTo(1);
        assertThat(runs("cancelled")).isEqualTo(1);
        assertThat(page().sum(DONE)).isZero();
        assertThat(page().sum("wharfgate_task_end_timestamp_seconds")).isPositive();
    }

    @Test
    void aRestartDoesNotForgetWhenGarbageWasCollected() {
        counted((arguments, out) -> 0, Optional.of(Instant.ofEpochSecond(1_700_000_000)));

        assertThat(page().sum(DONE, "task", "gc")).isEqualTo(1_700_000_000);
    }
}
