package io.wharfgate.metrics;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page that monitoring reads: Prometheus' text format 0.0.4, or OpenMetrics 1.0 for whoever asks for it. The two differ
 * in how a counter's and an info's family is called, in their types, and in the end mark.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics 1.0</a>
 */
public enum Exposition {
    TEXT("text/plain; version=0.0.4; charset=utf-8"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final Logger LOG = LoggerFactory.getLogger(Exposition.class);
    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";

    private final String contentType;

    Exposition(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /**
     * What a reader wants: OpenMetrics where he names it and likes it no less than plain text (RFC 9110, 12.5.1), else the
     * text that every reader knows.
     *
     * @param accept the request's {@code Accept}; empty for none
     */
    public static Exposition wanted(String accept) {
        double open = 0;
        double text = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].strip();
            if (type.equals(OPEN_METRICS_TYPE)) {
                open = Math.max(open, quality(parts));
            } else if (type.equals("text/plain")) {
                text = Math.max(text, quality(parts));
            }
        }
        return open > 0 && open >= text ? OPEN_METRICS : TEXT;
    }

    private static double quality(String... parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2).strip());
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }

    /** The whole page, as it is now. */
    public byte[] page(Metrics metrics) {
        StringBuilder page = new StringBuilder(1 << 16);
        metrics.families().forEach(family -> append(page, family));
        if (this == OPEN_METRICS) {
            page.append("# EOF\n");
        }
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void append(StringBuilder page, Family family) {
        String name = familyName(family);
        page.append("# HELP ")
                .append(name)
                .append(' ')
                .append(escapedHelp(family.help()))
                .append('\n');
        page.append("# TYPE ").append(name).append(' ').append(type(family)).append('\n');
        family.forEach((values, reading) -> {
            List<String> labels = labels(family.labels(), values);
            if (reading instanceof Family.Reading.Times times) {
                appendHistogram(page, family.name(), labels, times.histogram().snapshot());
            } else if (reading instanceof Family.Reading.Value value) {
                double read = read(family, value);
                if (!Double.isNaN(read)) {
                    appendSample(page, family.name(), labels, number(read));
                }
            }
        });
    }

    private static double read(Family family, Family.Reading.Value value) {
        try {
            return value.supplier().getAsDouble();
        } catch (RuntimeException e) {
            // One that fails must not take the others along.
            LOG.debug("metric cannot be read name={}", family.name(), e);
            return Double.NaN;
        }
    }

    private String familyName(Family family) {
        if (this == OPEN_METRICS && (family.type() == Family.Type.COUNTER || family.type() == Family.Type.INFO)) {
            return family.name().substring(0, family.name().lastIndexOf('_'));
        }
        return family.name();
    }

    private String type(Family family) {
        return switch (family.type()) {
            case COUNTER -> "counter";
            case GAUGE -> "gauge";
            case HISTOGRAM -> "histogram";
            case INFO -> this == OPEN_METRICS ? "info" : "gauge";
        };
    }

    private static void appendHistogram(
            StringBuilder page, String name, List<String> labels, Histogram.Snapshot histogram) {
        long[] upTo = histogram.upTo();
        for (int i = 0; i < upTo.length; i++) {
            List<String> more = new ArrayList<>(labels);
            more.add("le=\"" + (i < upTo.length - 1 ? bound(histogram.bounds()[i]) : "+Inf") + '"');
            appendSample(page, name + "_bucket", more, Long.toString(upTo[i]));
        }
        appendSample(page, name + "_sum", labels, number(histogram.sum()));
        appendSample(page, name + "_count", labels, Long.toString(upTo[upTo.length - 1]));
    }

    private static void appendSample(StringBuilder page, String name, List<String> labels, String value) {
        page.append(name);
        if (!labels.isEmpty()) {
            page.append('{').append(String.join(",", labels)).append('}');
        }
        page.append(' ').append(value).append('\n');
    }

    private static List<String> labels(List<String> names, List<String> values) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            labels.add(names.get(i) + "=\"" + escaped(values.get(i)) + '"');
        }
        return labels;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private String escapedHelp(String help) {
        // Only OpenMetrics escapes quotes there.
        String escaped = help.replace("\\", "\\\\").replace("\n", "\\n");
        return this == OPEN_METRICS ? escaped.replace("\"", "\\\"") : escaped;
    }

    /** Without an exponent: people read it too. */
    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : BigDecimal.valueOf(value).toPlainString();
    }

    /** The same in both formats, else they would be two series; OpenMetrics wants {@code 1.0}. */
    private static String bound(double value) {
        String plain = BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }
}
