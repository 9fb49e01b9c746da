package io.wharfgate.upstream;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The first names, in ASCII order, behind a given one, out of names that come in any order. For one thread at a time. */
final class NamesAfter {

    private final Optional<String> last;
    private final int most;
    private final TreeSet<String> names = new TreeSet<>();

    /**
     * @param last names up to this one do not count
     * @param most so many are kept; at least 1
     */
    NamesAfter(Optional<String> last, int most) {
        this.last = last;
        this.most = most;
    }

    /** Whether this name would be kept; false for most, and so worth asking before anything that costs. */
    boolean wants(String name) {
        return last.map(text -> name.compareTo(text) > 0).orElse(true)
                && (names.size() < most || name.compareTo(names.last()) < 0);
    }

    /** Takes a name that is wanted. */
    void add(String name) {
        names.add(name);
        if (names.size() > most) {
            names.pollLast();
        }
    }

    SortedSet<String> names() {
        return names;
    }
}
