package io.wharfgate.yaml;

import java.util.List;
import java.util.Optional;

/** A piece of a file that knows its place. Sections keep only the first of repeated keys. */
public sealed interface Node {

    Origin.InFile origin();

    /**
     * A single value.
     *
     * @param text as written, without quotes; empty when there is no value at all ({@code key:} or {@code key: null})
     */
    record Scalar(Origin.InFile origin, Optional<String> text) implements Node {}

    record Sequence(Origin.InFile origin, List<Node> items) implements Node {}

    record Section(Origin.InFile origin, List<Entry> entries) implements Node {}

    /** A key with its own place, and its value. */
    record Entry(Origin.InFile origin, String name, Node value) {}
}
