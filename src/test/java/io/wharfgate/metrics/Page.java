package io.wharfgate.metrics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of Prometheus' text format 0.0.4, read by somebody who takes nothing that he need not take: each family in one piece with
 * HELP and TYPE first, no series twice, counters that end in {@code _total}, histograms that are whole and rise.
 */
public final class Page {

    private static final String NAME = "[a-z][a-z0-9_]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (\\S.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{(.+)})? (-?[0-9]+(?:\\.[0-9]+)?(?:E-?[0-9]+)?|[+-]Inf)");
    private static final Pattern LABEL =
            Pattern.compile("(" + NAME + ")=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,(?=.)|$)");

    private final Map<String, Family> families = new LinkedHashMap<>();

    /** One sample; labels without {@code le}'s place in a histogram. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    /** One family. */
    public record Family(String name, String help, String type, List<Sample> samples) {}

    private Page() {}

    /**
     * Reads a page.
     *
     * @throws AssertionError where the text is not as it should be
     */
    public static Page parse(String text) {
        Page page = new Page();
        require(text.endsWith("\n"), "the last line ends", text);
        List<String> lines = List.of(text.substring(0, text.length() - 1).split("\n", -1));
        Set<String> series = new HashSet<>();
        for (int i = 0; i < lines.size(); ) {
            Matcher help = matcher(HELP, lines.get(i), "a family begins with HELP");
            require(i + 1 < lines.size(), "HELP is followed by TYPE", lines.get(i));
            Matcher type = matcher(TYPE, lines.get(i + 1), "HELP is followed by TYPE");
            require(type.group(1).equals(help.group(1)), "HELP and TYPE are of one family", lines.get(i + 1));
            List<Sample> samples = new ArrayList<>();
            for (i += 2; i < lines.size() && !lines.get(i).startsWith("#"); i++) {
                Sample sample = sample(lines.get(i));
                require(series.add(sample.name() + new TreeMap<>(sample.labels())), "no series twice", lines.get(i));
                samples.add(sample);
            }
            Family family = new Family(help.group(1), help.group(2), type.group(2), samples);
            require(page.families.put(family.name(), family) == null, "no family twice", family.name());
            check(family);
        }
        return page;
    }

    private static Sample sample(String line) {
        Matcher sample = matcher(SAMPLE, line, "a sample");
        Map<String, String> labels = new LinkedHashMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            int end = 0;
            while (end < sample.group(2).length()) {
                require(label.find(end) && label.start() == end, "labels", line);
                require(labels.put(label.group(1), label.group(2)) == null, "no label twice", line);
                end = label.end();
            }
        }
        String value = sample.group(3);
        return new Sample(sample.group(1), labels, value.endsWith("Inf") ? infinity(value) : Double.parseDouble(value));
    }

    private static double infinity(String value) {
        return value.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    private static void check(Family family) {
        boolean counter = family.type().equals("counter");
        require(family.name().endsWith("_total") == counter, "counters end in _total, and nothing else", family.name());
        Set<Set<String>> labels = new HashSet<>();
        for (Sample sample : family.samples()) {
            require(!counter || sample.value() >= 0, "counters are not negative", sample);
            if (family.type().equals("histogram")) {
                require(sample.name().matches(family.name() + "_(bucket|sum|count)"), "parts of a histogram", sample);
            } else {
                require(sample.name().equals(family.name()), "samples have their family's name", sample);
                labels.add(sample.labels().keySet());
            }
        }
        require(labels.size() <= 1, "all have the same labels", family.name());
        if (family.type().equals("histogram")) {
            checkHistograms(family);
        }
    }

    private static void checkHistograms(Family family) {
        Map<Map<String, String>, List<Sample>> whole = new LinkedHashMap<>();
        for (Sample sample : family.samples()) {
            Map<String, String> labels = new TreeMap<>(sample.labels());
            labels.remove("le");
            whole.computeIfAbsent(labels, none -> new ArrayList<>()).add(sample);
        }
        whole.values().forEach(samples -> {
            double bound = Double.NEGATIVE_INFINITY;
            double count = 0;
            int buckets = samples.size() - 2;
            for (Sample bucket : samples.subList(0, buckets)) {
                require(bucket.name().endsWith("_bucket"), "buckets come first", bucket);
                String le = bucket.labels().getOrDefault("le", "");
                double next = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
                require(next > bound, "bounds rise", bucket);
                require(bucket.value() >= count, "buckets rise", bucket);
                bound = next;
                count = bucket.value();
            }
            require(bound == Double.POSITIVE_INFINITY, "the last bound is infinite", family.name());
            require(samples.get(buckets).name().endsWith("_sum"), "then the sum", samples.get(buckets));
            Sample last = samples.get(buckets + 1);
            require(
                    last.name().endsWith("_count") && last.value() == count,
                    "then the count, that of the buckets",
                    last);
        });
    }

    private static Matcher matcher(Pattern pattern, String line, String rule) {
        Matcher matcher = pattern.matcher(line);
        require(matcher.matches(), rule, line);
        return matcher;
    }

    private static void require(boolean good, String rule, Object found) {
        if (!good) {
            throw new AssertionError("not so: " + rule + ": " + found);
        }
    }

    public Set<String> names() {
        return families.keySet();
    }

    /** Whether there is no family without a sample. */
    public boolean complete() {
        return families.values().stream().noneMatch(family -> family.samples().isEmpty());
    }

    public Family family(String name) {
        Family family = families.get(name);
        require(family != null, "there is a family", name);
        return Objects.requireNonNull(family);
    }

    public Stream<Sample> samples() {
        return families.values().stream().flatMap(family -> family.samples().stream());
    }

    /** The sum of all samples of that name that have these labels, given as name and value by turns. */
    public double sum(String name, String... labels) {
        return samples()
                .filter(sample -> sample.name().equals(name))
                .filter(sample -> {
                    for (int i = 0; i < labels.length; i += 2) {
                        if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                            return false;
                        }
                    }
                    return true;
                })
                .mapToDouble(Sample::value)
                .sum();
    }
}
