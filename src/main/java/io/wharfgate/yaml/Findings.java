package io.wharfgate.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects mistakes and warnings while a file is read. Not thread-safe. */
public final class Findings {

    /** A file that is not a configuration at all would give a line for every line of it. */
    private static final int MOST = 100;

    /** The file first, from top to bottom; then the variables by name. */
    private static final Comparator<Finding> READING_ORDER = Comparator.<Finding>comparingInt(
                    f -> f.origin() instanceof Origin.Variable ? 1 : 0)
            .thenComparingInt(f -> f.origin() instanceof Origin.InFile in ? in.line() : 0)
            .thenComparing(f -> f.origin().toString());

    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();

    public void error(Origin origin, String key, String message) {
        add(errors, new Finding(origin, key, message));
    }

    public void warning(Origin origin, String key, String message) {
        add(warnings, new Finding(origin, key, message));
    }

    /** Whether further mistakes would no longer be shown. */
    public boolean full() {
        return errors.size() >= MOST;
    }

    public List<Finding> errors() {
        return sorted(errors);
    }

    public List<Finding> warnings() {
        return sorted(warnings);
    }

    private static void add(List<Finding> list, Finding finding) {
        if (list.size() < MOST && !list.contains(finding)) {
            list.add(finding);
        }
    }

    private static List<Finding> sorted(List<Finding> list) {
        return list.stream().sorted(READING_ORDER).toList();
    }
}
