package io.wharfgate.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * All metrics of one name, told apart by the values of their labels. Values come from sets that are closed when the service
 * starts: whoever puts a repository, a user or a client's address into one lets clients fill the memory of two programs.
 * Thread-safe.
 */
final class Family {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");

    enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        /** A gauge of value 1 whose labels are what it says. */
        INFO
    }

    /** What is read when the page is made. */
    sealed interface Reading {

        record Value(DoubleSupplier supplier) implements Reading {}

        record Times(Histogram histogram) implements Reading {}
    }

    private final String name;
    private final String help;
    private final Type type;
    private final List<String> labels;
    private final Map<List<String>, Child<?>> children = new LinkedHashMap<>();

    /** One metric: what is read, and what its owner counts with. */
    private record Child<T>(T handle, Reading reading) {}

    Family(String name, String help, Type type, List<String> labels) {
        requireGood(name, type);
        if (help.isBlank()) {
            throw new IllegalArgumentException("nobody knows what " + name + " is without a help text");
        }
        labels.forEach(label -> require(NAME.matcher(label).matches() && !label.equals("le"), name, "label " + label));
        this.name = name;
        this.help = help;
        this.type = type;
        this.labels = List.copyOf(labels);
    }

    private static void requireGood(String name, Type type) {
        require(NAME.matcher(name).matches(), name, "small letters, digits and single underscores");
        require(name.endsWith("_total") == (type == Type.COUNTER), name, "_total ends counters, and only them");
        require(name.endsWith("_info") == (type == Type.INFO), name, "_info ends infos, and only them");
    }

    private static void require(boolean good, String name, String rule) {
        if (!good) {
            throw new IllegalArgumentException("not a good name: " + name + " (" + rule + ")");
        }
    }

    String name() {
        return name;
    }

    String help() {
        return help;
    }

    Type type() {
        return type;
    }

    List<String> labels() {
        return labels;
    }

    boolean isLike(Family other) {
        return type == other.type && labels.equals(other.labels) && help.equals(other.help);
    }

    /** Reads the metric with these values from here on so, and no longer as before. */
    void replace(List<String> values, DoubleSupplier supplier) {
        requireFitting(values);
        synchronized (children) {
            children.put(List.copyOf(values), new Child<>(supplier, new Reading.Value(supplier)));
        }
    }

    /** The metric with these values; made by {@code maker}, if there is none. */
    <T> T child(List<String> values, Class<T> kind, Supplier<T> maker, Function<T, Reading> reading) {
        requireFitting(values);
        synchronized (children) {
            Child<?> known = children.get(values);
            if (known != null) {
                return kind.cast(known.handle());
            }
            T made = maker.get();
            children.put(List.copyOf(values), new Child<>(made, reading.apply(made)));
            return made;
        }
    }

    private void requireFitting(List<String> values) {
        if (values.size() != labels.size()) {
            throw new IllegalArgumentException(name + " has the labels " + labels + ", not values " + values);
        }
    }

    /** Whatever there is, in the order in which it was made. */
    void forEach(BiConsumer<List<String>, Reading> visitor) {
        List<Map.Entry<List<String>, Child<?>>> all;
        synchronized (children) {
            all = new ArrayList<>(children.entrySet());
        }
        all.forEach(entry -> visitor.accept(entry.getKey(), entry.getValue().reading()));
    }
}
