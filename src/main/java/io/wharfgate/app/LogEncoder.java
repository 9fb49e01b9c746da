package io.wharfgate.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import io.wharfgate.config.LogConfig;
import java.nio.charset.StandardCharsets;

/** Writes events as lines, in a form that can be changed while the service runs. Safe for use by any thread. */
final class LogEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = new byte[0];

    private volatile LogConfig.Format format;

    LogEncoder(LogConfig.Format format) {
        this.format = format;
    }

    void use(LogConfig.Format other) {
        format = other;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        LogLine line = LogLine.of(event);
        String text = switch (format) {
            case TEXT -> line.text();
            case JSON -> line.json();
        };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
