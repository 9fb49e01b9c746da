package io.wharfgate.doctor;

import io.wharfgate.doctor.Outcome.Status;
import java.io.PrintWriter;
import java.util.ArrayList;
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
    private final List<Result> skipped = new ArrayList<>();
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

    /** One check. Those that are skipped one after the other for the same reason make one line. */
    public void line(Result result) {
        if (!skipped.isEmpty() && !skippedLike(result)) {
            endOfSkipped();
        }
        if (result.outcome().status() == Status.SKIPPED) {
            skipped.add(result);
            return;
        }
        heading(result.group());
        line(result.outcome().status(), result.id(), summary(result.outcome()));
    }

    private boolean skippedLike(Result result) {
        Outcome first = skipped.get(0).outcome();
        return result.outcome().status() == Status.SKIPPED
                && result.outcome().seen().equals(first.seen());
    }

    private void endOfSkipped() {
        if (skipped.isEmpty()) {
            return;
        }
        boolean alone = skipped.stream()
                .allMatch(result -> result.group() == skipped.get(0).group());
        if (alone) {
            heading(skipped.get(0).group());
        } else {
            group = Optional.empty();
            out.println();
        }
        String ids = skipped.size() > 3
                ? skipped.size() + " checks"
                : skipped.stream().map(Result::id).collect(Collectors.joining(", "));
        line(Status.SKIPPED, ids, skipped.get(0).outcome().seen());
        skipped.clear();
    }

    private void heading(Result.Group of) {
        if (!group.equals(Optional.of(of))) {
            group = Optional.of(of);
            out.println();
            out.println(of.title());
        }
    }

    private void line(Status status, String id, String text) {
        out.println("  " + coloured(status) + "  " + padded(id, 18) + "  " + text);
        out.flush();
    }

    private static String summary(Outcome outcome) {
        return outcome.expected()
                .map(expected -> "expected " + expected + "; seen: " + outcome.seen())
                .orElse(outcome.seen());
    }

    /** After the last: the advice, each once, and the count. */
    public void end(Report report) {
        endOfSkipped();
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
        advice.lines(report.wharfgate())
                .sorted(Comparator.comparingInt(lines -> rank(lines.place(), report)))
                .forEach(lines -> {
                    out.println();
                    out.println("  " + lines.place().label() + ":");
                    lines.text().forEach(line -> out.println(INDENT + line));
                });
    }

    /** First the one that says its name; where none does there may be no proxy, so first the registry. */
    private static int rank(Place place, Report report) {
        String server = report.server().orElse("").toLowerCase(Locale.ROOT);
        if (server.contains(place.label().toLowerCase(Locale.ROOT))) {
            return 0;
        }
        return server.isEmpty() && report.wharfgate() && !place.proxy() ? 1 : 2;
    }

    private static List<String> wrapped(String text) {
        var lines = new ArrayList<String>();
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
        String code = switch (status) {
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
