package io.wharfgate.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import io.wharfgate.metrics.Metrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The process, by the names that all Prometheus clients give it. What this system does not tell is left out. */
public final class ProcessMetrics {

    /** Held in memory by the kernel: reading it waits for no disk. */
    private static final Path STATUS = Path.of("/proc/self/status");

    private static final int KIB = 1024;

    private ProcessMetrics() {}

    public static void register(Metrics metrics) {
        double started = ManagementFactory.getRuntimeMXBean().getStartTime() / (double) TimeUnit.SECONDS.toMillis(1);
        metrics.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", () -> started);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            metrics.total(
                    "process_cpu_seconds_total",
                    "Time that processors spent on the process.",
                    () -> known(unix.getProcessCpuTime()) / TimeUnit.SECONDS.toNanos(1));
            metrics.gauge(
                    "process_open_fds",
                    "File descriptors that are open.",
                    () -> known(unix.getOpenFileDescriptorCount()));
            metrics.gauge(
                    "process_max_fds",
                    "File descriptors that may be open.",
                    () -> known(unix.getMaxFileDescriptorCount()));
        }
        if (Files.isReadable(STATUS)) {
            metrics.gauge("process_resident_memory_bytes", "Memory that is resident.", () -> status("VmRSS:"));
            metrics.gauge("process_virtual_memory_bytes", "Addresses in use.", () -> status("VmSize:"));
        }
    }

    private static double known(long value) {
        return value < 0 ? Double.NaN : value;
    }

    /** A line such as {@code VmRSS:   123456 kB}. */
    private static double status(String field) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(field))
                    .map(line -> line.substring(field.length()).strip().split(" ", 2)[0])
                    .mapToDouble(Double::parseDouble)
                    .map(kib -> kib * KIB)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
