package io.wharfgate.config;

import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Holds the file's tree against the known keys: what is unknown, empty or of the wrong form is a mistake. */
final class FileValues {

    private final Map<Key, Given> values = new EnumMap<>(Key.class);
    private final Map<String, Origin> sections = new TreeMap<>();
    private final List<Prefix> prefixes = new ArrayList<>();
    private final Set<String> knownSections = Key.sections();
    private final Findings findings;
    private final Optional<String> entry;

    /**
     * One entry of {@link Key#PREFIXES}.
     *
     * @param name as written, not checked
     * @param values by the keys of {@code upstream}
     */
    record Prefix(Origin origin, String name, Map<Key, Given> values) {

        /** {@code upstream.prefixes.team}. */
        String path() {
            return Key.PREFIXES + "." + name;
        }
    }

    FileValues(Node.Section root, Findings findings) {
        this(findings, Optional.empty());
        visit(root, "");
    }

    /** Of the whole file, or of the entry of {@link Key#PREFIXES} at that path. */
    private FileValues(Findings findings, Optional<String> entry) {
        this.findings = findings;
        this.entry = entry;
    }

    /** What the file sets. */
    Map<Key, Given> values() {
        return values;
    }

    /** The entries of {@link Key#PREFIXES}, from top to bottom. */
    List<Prefix> prefixes() {
        return prefixes;
    }

    /** Where a section stands, also when nothing is in it. */
    Optional<Origin> section(String path) {
        return Optional.ofNullable(sections.get(path));
    }

    private void visit(Node.Section section, String before) {
        for (Node.Entry child : section.entries()) {
            if (findings.full()) {
                return;
            }
            String path = before + child.name();
            String known = entry.map(outer -> Key.outside(outer, path)).orElse(path);
            Optional<Key> key = Key.atPath(known).filter(k -> entry.isEmpty() || k.ofEachUpstream());
            if (key.isPresent()) {
                new FileForm(path, findings).read(key.get().form(), child).ifPresent(v -> values.put(key.get(), v));
            } else if (known.equals(Key.PREFIXES) && entry.isEmpty()) {
                sections.put(path, child.origin());
                below(path, child).ifPresent(this::visitPrefixes);
            } else if (knownSections.contains(known) && !known.equals(Key.PREFIXES)) {
                sections.put(path, child.origin());
                below(path, child).ifPresent(inner -> visit(inner, path + "."));
            } else {
                findings.error(child.origin(), path, "unknown key; " + advice(known));
            }
        }
    }

    private void visitPrefixes(Node.Section section) {
        for (Node.Entry child : section.entries()) {
            var prefix = new Prefix(child.origin(), child.name(), new EnumMap<>(Key.class));
            var inner = new FileValues(findings, Optional.of(prefix.path()));
            below(prefix.path(), child).ifPresent(keys -> inner.visit(keys, prefix.path() + "."));
            prefix.values().putAll(inner.values);
            prefixes.add(prefix);
        }
    }

    private Optional<Node.Section> below(String path, Node.Entry child) {
        if (child.value() instanceof Node.Section inner) {
            return Optional.of(inner);
        }
        // A section without anything is fine: that is what is left when all its lines are commented out.
        if (!(child.value() instanceof Node.Scalar scalar && scalar.text().isEmpty())) {
            findings.error(
                    child.value().origin(),
                    path,
                    "is a section, but a value is given; write its keys below it, indented");
        }
        return Optional.empty();
    }

    private String advice(String known) {
        if (entry.isPresent() && known.equals(Key.PREFIXES)) {
            return "prefixes cannot stand inside each other; write team/app beside team";
        }
        if (entry.isPresent() && known.equals(Key.UPSTREAM_OPEN_PATHS.path())) {
            return "there is one list for all upstreams; move it to " + known;
        }
        return Suggestion.forPath(known)
                .map(meant -> "did you mean " + inEntry(meant) + "?")
                .orElse("remove it; conf/wharfgate.yaml lists every key");
    }

    /** What is meant inside an entry is most likely one of the entry's keys. */
    private String inEntry(String meant) {
        return entry.filter(
                        outer -> Key.atPath(meant).filter(Key::ofEachUpstream).isPresent())
                .map(outer -> Key.atPath(meant).orElseThrow().pathIn(outer))
                .orElse(meant);
    }
}
