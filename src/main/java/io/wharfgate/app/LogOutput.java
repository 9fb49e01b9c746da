package io.wharfgate.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.wharfgate.config.LogConfig;
import io.wharfgate.http.AccessLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the log. Lines of the access log wait for each other for a moment, and are written together by a thread of this
 * object's: written one by one on the I/O threads they cost several times what a small request does. Whatever else is
 * logged is written before the call returns, with all lines that came before it; so what a service said last is never lost.
 * Nor is any line while the process lives: when more wait than there is room for, whoever logs writes them.
 *
 * <p>The format may change at any time.
 */
final class LogOutput extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** Too short to be missed by whoever follows the log, long enough for hundreds of small requests. */
    private static final long TOGETHER_MILLIS = 10;

    private static final int MOST_WAITING = 4096;

    private final PrintStream out;
    private volatile LogConfig.Format format;

    // Guarded by itself.
    private final List<byte[]> waiting = new ArrayList<>();

    /** Held while lines are written, so that they keep their order; taken before that of "waiting". */
    private final Object writing = new Object();

    private final Thread thread = new Thread(this::writeTogether, "log");

    LogOutput(PrintStream out, LogConfig.Format format) {
        this.out = out;
        this.format = format;
        thread.setDaemon(true);
    }

    void use(LogConfig.Format other) {
        format = other;
    }

    @Override
    public void start() {
        super.start();
        thread.start();
    }

    @Override
    public void stop() {
        super.stop();
        thread.interrupt();
        write();
    }

    @Override
    protected void append(ILoggingEvent event) {
        // Made here, where all that it is made of is in this core's cache.
        byte[] line = line(event);
        boolean full;
        synchronized (waiting) {
            waiting.add(line);
            full = waiting.size() >= MOST_WAITING;
            if (waiting.size() == 1) {
                waiting.notifyAll();
            }
        }
        if (full || !event.getLoggerName().equals(AccessLog.LOGGER)) {
            write();
        }
    }

    private void writeTogether() {
        try {
            while (isStarted()) {
                synchronized (waiting) {
                    while (waiting.isEmpty()) {
                        waiting.wait();
                    }
                }
                Thread.sleep(TOGETHER_MILLIS);
                write();
            }
        } catch (InterruptedException e) {
            // Stopped, and written by that.
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what waits. */
    void write() {
        synchronized (writing) {
            List<byte[]> lines;
            synchronized (waiting) {
                lines = new ArrayList<>(waiting);
                waiting.clear();
            }
            ByteArrayOutputStream together = new ByteArrayOutputStream(512 * lines.size());
            lines.forEach(together::writeBytes);
            out.write(together.toByteArray(), 0, together.size());
            out.flush();
        }
    }

    private byte[] line(ILoggingEvent event) {
        try {
            LogLine line = LogLine.of(event);
            String text = switch (format) {
                case TEXT -> line.text();
                case JSON -> line.json();
            };
            return text.getBytes(StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            // The other lines are to be written all the same.
            addError("a line of the log could not be made", e);
            return new byte[0];
        }
    }
}
