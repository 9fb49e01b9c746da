package io.wharfgate.doctor;

import io.wharfgate.doctor.Outcome.Status;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report for people: a line for each check as it is made, then what to change. Not thread-safe. */
public final class TextReport {

    private static final int WIDTH = 100;
    private static final String INDENT = "    ";

    private final PrintWriter out;
    private final boolean colours;
    private Optional<Result.Group> group = Optional.empty();

    /** @param colours whether a terminal that knows them shows it */
    public TextReport(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Before the first check. */
    public void begin(Options options) {
        out.println("Examining " + options.target());
        Options.Pace pace = options.pace();
        if (pace.slow() && !pace.readOnly()) {
            long seconds = pace.slowness().total().plus(pace.slowness().pause()).toSeconds();
            out.println("The slow transfers take about " + seconds + " s.");
        }
        out.flush();
    }

    /** One check. */
    public void line(Result result) {
        if (!group.equals(Optional.of(result.group()))) {
            group = Optional.of(result.group());
            out.println();
            out.println(result.group().title());
        }
        Outcome outcome = result.outcome();
        out.println("  " + coloured(outcome.status()) + "  " + padded(result.id(), 18) + "  " + summary(outcome));
        out.flush();
    }

    private static String summary(Outcome outcome) {
        return outcome.expected().map(expected -> "expected " + expected + "; seen: " + outcome.seen()).orElse(outcome.seen());
    }

    /** After the last: the advice, each once, and the count. */
    public void end(Report report) {
        List<Advice> advice = report.results().stream()
                .flatMap(result -> result.outcome().advice().stream())
                .distinct()
                .toList();
        advice.forEach(one -> explain(one, report));
        if (!report.left().isEmpty()) {
            out.println();
            out.println("Left behind, as it could not be deleted:");
            report.left().forEach(path -> out.println(INDENT + path));
        }
        out.println();
        out.println(count(report));
        out.flush();
    }

    private void explain(Advice advice, Report report) {
        String checks = report.results().stream()
                .filter(result -> result.outcome().advice().equals(Optional.of(advice)))
                .map(Result::id)
                .collect(Collectors.joining(", "));
        out.println();
        out.println("What to change for " + checks + ":");
        wrapped(advice.why()).forEach(line -> out.println("  " + line));
        String server = report.server().orElse("").toLowerCase(Locale.ROOT);
        advice.lines(report.wharfgate())
                .sorted(Comparator.comparing(lines -> !server.contains(lines.place().label().toLowerCase(Locale.ROOT))))
                .forEach(lines -> {
                    out.println();
                    out.println("  " + lines.place().label() + ":");
                    lines.text().forEach(line -> out.println(INDENT + line));
                });
    }

    private static List<String> wrapped(String text) {
        var lines = new java.util.ArrayList<String>();
        var line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + word.length() >= WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private String count(Report report) {
        String counts = Stream.of(Status.values())
                .filter(status -> report.count(status) > 0)
                .map(status -> report.count(status) + " " + status.label())
                .collect(Collectors.joining(", "));
        return report.results().size() + " checks: " + counts;
    }

    private String coloured(Status status) {
        String text = padded(status.label(), 7);
        if (!colours) {
            return text;
        }
        String code =
                switch (status) {
                    case OK -> "32";
                    case WARNING -> "33";
                    case FAILED -> "1;31";
                    case SKIPPED -> "2";
                };
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
