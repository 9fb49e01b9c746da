package io.wharfgate.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Everything that is measured in one service. Metrics are put in while the service is wired, and stay; whoever puts one in again,
 * with the same help and labels, gets the one that is there. Units are base units: seconds and bytes. Thread-safe.
 */
public final class Metrics {

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /** A counter without labels. */
    public Counter counter(String name, String help) {
        return counters(name, help).with();
    }

    /** Counters that are counted with what {@link Counters#with} hands out. */
    public Counters counters(String name, String help, String... labels) {
        return new Counters(add(name, help, Family.Type.COUNTER, labels));
    }

    public Histograms histograms(String name, String help, Buckets buckets, String... labels) {
        return new Histograms(add(name, help, Family.Type.HISTOGRAM, labels), buckets);
    }

    /** Something whose value is read when it is asked for. */
    public Readings gauges(String name, String help, String... labels) {
        return new Readings(add(name, help, Family.Type.GAUGE, labels));
    }

    /** A gauge without labels; as {@link Readings#read}. */
    public void gauge(String name, String help, DoubleSupplier value) {
        gauges(name, help).read(value);
    }

    /** Counters that somebody else counts, and that are read when they are asked for. */
    public Readings totals(String name, String help, String... labels) {
        return new Readings(add(name, help, Family.Type.COUNTER, labels));
    }

    /** A counter without labels that somebody else counts; as {@link Readings#read}. */
    public void total(String name, String help, DoubleSupplier value) {
        totals(name, help).read(value);
    }

    /** What never changes and is no number: it stands in the labels. */
    public void info(String name, String help, Map<String, String> labels) {
        List<String> names = labels.keySet().stream().sorted().toList();
        new Readings(add(name, help, Family.Type.INFO, names.toArray(String[]::new)))
                .read(() -> 1, names.stream().map(labels::get).toArray(String[]::new));
    }

    private Family add(String name, String help, Family.Type type, String... labels) {
        Family family = new Family(name, help, type, List.of(labels));
        Family known = families.putIfAbsent(name, family);
        if (known != null && !known.isLike(family)) {
            throw new IllegalStateException("there are two different metrics of the name " + name);
        }
        return known == null ? family : known;
    }

    /** By name. */
    Stream<Family> families() {
        return families.values().stream();
    }

    /** The bounds of histograms, in seconds. */
    public static final class Buckets {

        /** For requests: from an answer out of memory to a layer of gigabytes over a slow line. */
        public static final Buckets REQUEST =
                new Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800);

        /** For what a disk does: from a page in memory to a disk that stands still. */
        public static final Buckets DISK = new Buckets(
                0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10);

        private final double[] bounds;

        private Buckets(double... bounds) {
            this.bounds = bounds;
        }

        Histogram histogram() {
            return new Histogram(bounds);
        }
    }

    /** Counters of one name. */
    public static final class Counters {

        private final Family family;

        private Counters(Family family) {
            this.family = family;
        }

        /** The one with these values of the labels, made when first asked for. Keep it: finding it takes a lock. */
        public Counter with(String... values) {
            return family.child(
                    List.of(values), Counter.class, Counter::new, made -> new Family.Reading.Value(made::value));
        }
    }

    /** Histograms of one name. */
    public static final class Histograms {

        private final Family family;
        private final Buckets buckets;

        private Histograms(Family family, Buckets buckets) {
            this.family = family;
            this.buckets = buckets;
        }

        /** As {@link Counters#with}. */
        public Histogram with(String... values) {
            return family.child(
                    List.of(values), Histogram.class, buckets::histogram, made -> new Family.Reading.Times(made));
        }
    }

    /** Values of one name that are read when they are asked for. */
    public static final class Readings {

        private final Family family;

        private Readings(Family family) {
            this.family = family;
        }

        /**
         * Adds one, or replaces the one with the same labels: of a part that was itself replaced.
         *
         * @param value must not wait, neither for a disk nor for a lock that somebody holds for long; NaN for "not known",
         *     which is left out
         * @param values of the labels
         */
        public Readings read(DoubleSupplier value, String... values) {
            family.replace(List.of(values), value);
            return this;
        }
    }
}
