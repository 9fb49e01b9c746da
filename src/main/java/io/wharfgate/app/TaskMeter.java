package io.wharfgate.app;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.metrics.Counter;
import io.wharfgate.metrics.Metrics;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what is done to the storage in the background, by schedule or by command: how often, with what result, when last and for how
 * long, and the figures that tasks tell. What only looks is not counted: a dry run must not pass for the collection that is
 * overdue. Thread-safe.
 */
final class TaskMeter {

    /** Arguments with which a task changes nothing, and finds nothing out that anybody would watch. */
    private static final Set<String> ONLY_LOOKS = Set.of("dry-run", "explain");

    private static final int DONE = 0;
    private static final int WRONG_ARGUMENTS = 2;

    private final Metrics.Counters runs;
    private final Counter freed;
    private final Counter removed;
    private final Map<String, Runs> byTask = new TreeMap<>();
    private final Map<String, Long> figures = new ConcurrentHashMap<>();

    /** One task's. */
    private static final class Runs {
        final AtomicInteger running = new AtomicInteger();
        volatile double lastEnd;
        volatile double lastDone;
        volatile double lastSeconds;
    }

    /**
     * Puts the metrics in.
     *
     * @param tasks their names
     * @param collected when garbage was last collected before the start
     */
    TaskMeter(Metrics metrics, Set<String> tasks, Optional<Instant> collected) {
        runs = metrics.counters(
                "wharfgate_task_runs_total",
                "Runs of tasks on the storage that are over, by schedule or by command.",
                "task",
                "result");
        freed = metrics.counter("wharfgate_gc_freed_bytes_total", "Bytes that collections of garbage have freed.");
        removed = metrics.counter("wharfgate_retention_removed_tags_total", "Tags that retention has removed.");
        metrics.gauge(
                "wharfgate_gc_waiting_bytes",
                "Bytes that are only kept to be had back, as of the last collection of garbage.",
                () -> figure("waiting_bytes"));
        metrics.gauges("wharfgate_storage_check_findings", "What the last check of the storage found.", "severity")
                .read(() -> figure("errors"), "error")
                .read(() -> figure("warnings"), "warning")
                .read(() -> figure("notices"), "notice");
        Metrics.Readings running = metrics.gauges("wharfgate_tasks_running", "Tasks that are running.", "task");
        Metrics.Readings end = metrics.gauges(
                "wharfgate_task_end_timestamp_seconds",
                "When a task last ended, well or not, in seconds since 1970; 0 for not since the start.",
                "task");
        Metrics.Readings done =
                metrics.gauges("wharfgate_task_done_timestamp_seconds", "When a task was last done, likewise.", "task");
        Metrics.Readings seconds =
                metrics.gauges("wharfgate_task_last_duration_seconds", "How long a task took last.", "task");
        for (String task : tasks) {
            Runs its = new Runs();
            byTask.put(task, its);
            running.read(its.running::get, task);
            end.read(() -> its.lastEnd, task);
            done.read(() -> its.lastDone, task);
            seconds.read(() -> its.lastSeconds, task);
            for (String result : new String[] {"done", "failed", "cancelled", "refused"}) {
                runs.with(task, result);
            }
        }
        // It survives a restart: who watches that garbage is collected each day is not to be misled by one.
        collected
                .flatMap(time -> Optional.ofNullable(byTask.get("gc")).map(gc -> Map.entry(gc, time)))
                .ifPresent(known -> known.getKey().lastDone = seconds(known.getValue()));
    }

    private double figure(String name) {
        return figures.getOrDefault(name, 0L);
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1e3;
    }

    /** The same tasks by the same names, counted. */
    Map<String, Task> counting(Map<String, Task> tasks) {
        Map<String, Task> counted = new TreeMap<>();
        tasks.forEach((name, task) -> {
            Runs its = byTask.get(name);
            counted.put(
                    name,
                    its == null
                            ? task
                            : (arguments, out) -> onlyLooks(arguments)
                                    ? task.run(arguments, out)
                                    : run(name, its, task, arguments, out));
        });
        return counted;
    }

    private static boolean onlyLooks(Map<String, String> arguments) {
        return ONLY_LOOKS.stream()
                .anyMatch(name -> !arguments.getOrDefault(name, "false").equals("false"));
    }

    private int run(String name, Runs its, Task task, Map<String, String> arguments, TaskOutput out)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        its.running.incrementAndGet();
        String result = "failed";
        try {
            int exitCode = task.run(arguments, new Listening(out));
            result = switch (exitCode) {
                case DONE -> "done";
                case WRONG_ARGUMENTS -> "refused";
                default -> "failed";
            };
            return exitCode;
        } finally {
            its.running.decrementAndGet();
            its.lastSeconds = (System.nanoTime() - begun) / 1e9;
            its.lastEnd = seconds(Instant.now());
            if (result.equals("done")) {
                its.lastDone = its.lastEnd;
            }
            // Who has left, or a service that stops, is no failure of the task's.
            runs.with(name, result.equals("failed") && out.cancelled() ? "cancelled" : result)
                    .increment();
        }
    }

    private void take(String name, long value) {
        switch (name) {
            case "freed_bytes" -> freed.add(value);
            case "removed_tags" -> removed.add(value);
            default -> figures.put(name, value);
        }
    }

    /** Passes on what a task says, and takes its figures. */
    private final class Listening implements TaskOutput {

        private final TaskOutput out;

        Listening(TaskOutput out) {
            this.out = out;
        }

        @Override
        public void line(String text) {
            out.line(text);
        }

        @Override
        public void warning(String text) {
            out.warning(text);
        }

        @Override
        public void progress(String what, long done, long of) {
            out.progress(what, done, of);
        }

        @Override
        public void figure(String name, long value) {
            take(name, value);
            out.figure(name, value);
        }

        @Override
        public boolean cancelled() {
            return out.cancelled();
        }
    }
}
