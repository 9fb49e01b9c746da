package io.wharfgate.ops;

import io.wharfgate.metrics.Metrics;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The Java machine, by the names that Prometheus' own Java client gives it, so that common dashboards fit. */
public final class JvmMetrics {

    private JvmMetrics() {}

    public static void register(Metrics metrics) {
        memory(metrics);
        pools(metrics);
        buffers(metrics);
        collections(metrics);
        threads(metrics);
        classes(metrics);
        metrics.info(
                "jvm_runtime_info",
                "The Java that this runs on.",
                Map.of(
                        "runtime", System.getProperty("java.runtime.name", ""),
                        "vendor", System.getProperty("java.vendor", ""),
                        "version", System.getProperty("java.runtime.version", "")));
    }

    private static void memory(Metrics metrics) {
        var memory = ManagementFactory.getMemoryMXBean();
        Map<String, Supplier<MemoryUsage>> areas =
                Map.of("heap", memory::getHeapMemoryUsage, "nonheap", memory::getNonHeapMemoryUsage);
        usage(metrics, "jvm_memory_used_bytes", "Memory in use.", "area", areas, MemoryUsage::getUsed);
        usage(
                metrics,
                "jvm_memory_committed_bytes",
                "Memory taken from the system.",
                "area",
                areas,
                MemoryUsage::getCommitted);
        usage(
                metrics,
                "jvm_memory_max_bytes",
                "Memory that may be used; -1 without a limit.",
                "area",
                areas,
                MemoryUsage::getMax);
    }

    private static void pools(Metrics metrics) {
        Map<String, Supplier<MemoryUsage>> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .collect(java.util.stream.Collectors.toMap(MemoryPoolMXBean::getName, pool -> pool::getUsage));
        usage(metrics, "jvm_memory_pool_used_bytes", "Memory of a pool in use.", "pool", pools, MemoryUsage::getUsed);
        usage(
                metrics,
                "jvm_memory_pool_max_bytes",
                "Memory of a pool that may be used; -1 without a limit.",
                "pool",
                pools,
                MemoryUsage::getMax);
    }

    private static void usage(
            Metrics metrics,
            String name,
            String help,
            String label,
            Map<String, Supplier<MemoryUsage>> places,
            ToLongFunction<MemoryUsage> figure) {
        Metrics.Readings gauges = metrics.gauges(name, help, label);
        places.forEach((place, usage) -> gauges.read(() -> figure.applyAsLong(usage.get()), place));
    }

    private static void buffers(Metrics metrics) {
        var used =
                metrics.gauges("jvm_buffer_pool_used_bytes", "Memory outside of the heap, as Java counts it.", "pool");
        var buffers = metrics.gauges("jvm_buffer_pool_used_buffers", "Buffers outside of the heap.", "pool");
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            used.read(pool::getMemoryUsed, pool.getName());
            buffers.read(pool::getCount, pool.getName());
        }
    }

    /** Not the usual {@code jvm_gc_collection_seconds}, a summary without quantiles: two counters say the same. */
    private static void collections(Metrics metrics) {
        var count = metrics.totals("jvm_gc_collections_total", "Collections of garbage.", "gc");
        var time = metrics.totals("jvm_gc_collection_time_seconds_total", "Time spent on them.", "gc");
        for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            count.read(gc::getCollectionCount, gc.getName());
            time.read(() -> gc.getCollectionTime() / (double) TimeUnit.SECONDS.toMillis(1), gc.getName());
        }
    }

    private static void threads(Metrics metrics) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        metrics.gauge("jvm_threads_current", "Threads there are.", threads::getThreadCount);
        metrics.gauge(
                "jvm_threads_daemon",
                "Those among them that do not keep the process alive.",
                threads::getDaemonThreadCount);
        metrics.gauge("jvm_threads_peak", "As many as there were at once.", threads::getPeakThreadCount);
        metrics.total(
                "jvm_threads_started_total", "Threads that were ever started.", threads::getTotalStartedThreadCount);
    }

    private static void classes(Metrics metrics) {
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        metrics.gauge("jvm_classes_currently_loaded", "Classes that are loaded.", classes::getLoadedClassCount);
        metrics.total("jvm_classes_loaded_total", "Classes that were ever loaded.", classes::getTotalLoadedClassCount);
        metrics.total("jvm_classes_unloaded_total", "Classes that were unloaded.", classes::getUnloadedClassCount);
    }
}
