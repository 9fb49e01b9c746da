package io.wharfgate.registry.rules;

import io.wharfgate.oci.InvalidPatternException;
import io.wharfgate.oci.RepositoryPattern;
import io.wharfgate.oci.TagPattern;
import io.wharfgate.yaml.DurationText;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.Shown;
import io.wharfgate.yaml.SizeText;
import io.wharfgate.yaml.Suggested;
import io.wharfgate.yaml.Text;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** One section of the file: keys that are known, and values of the kinds that there are. Every mistake is noted. */
final class Item {

    private static final Duration LONGEST = Duration.ofDays(36_525);

    private final Node.Section section;
    private final String name;
    private final Findings findings;
    private final Map<String, Node.Entry> entries = new TreeMap<>();

    /**
     * @param name of the section, for messages
     * @param known keys that it may have
     * @param otherNames what these are called elsewhere
     */
    Item(Node.Section section, String name, List<String> known, Map<String, String> otherNames, Findings findings) {
        this.section = section;
        this.name = name;
        this.findings = findings;
        for (Node.Entry entry : section.entries()) {
            if (known.contains(entry.name())) {
                entries.put(entry.name(), entry);
            } else {
                findings.error(
                        entry.origin(),
                        key(entry.name()),
                        "unknown key; "
                                + Suggested.of(entry.name(), known, otherNames)
                                        .map(meant -> "did you mean " + meant + "?")
                                        .orElse("there are " + String.join(", ", known)));
            }
        }
    }

    Origin.InFile origin() {
        return section.origin();
    }

    boolean has(String wanted) {
        return entries.containsKey(wanted);
    }

    Optional<Node.Entry> entry(String wanted) {
        return Optional.ofNullable(entries.get(wanted));
    }

    void error(Origin place, String wanted, String message) {
        findings.error(place, wanted.isEmpty() ? name : key(wanted), message);
    }

    /** The values of a key that has to be there. */
    List<Text> required(String wanted, String remedy) {
        Optional<Node.Entry> entry = entry(wanted);
        if (entry.isEmpty()) {
            findings.error(section.origin(), name, "has no " + wanted + "; " + remedy);
            return List.of();
        }
        return Text.list(entry.get(), key(wanted), findings);
    }

    Optional<Text> one(String wanted) {
        return entry(wanted).flatMap(entry -> Text.one(entry.origin(), entry.value(), key(wanted), findings));
    }

    List<RepositoryPattern> repositories(String wanted) {
        List<RepositoryPattern> patterns = new ArrayList<>();
        for (Text text : required(wanted, "write ** for all of them")) {
            try {
                RepositoryPattern pattern = RepositoryPattern.parse(text.value());
                if (pattern.namesUser()) {
                    error(
                            text.origin(),
                            wanted,
                            Shown.quoted(text.value())
                                    + " names a user, and these rules are the same for all; write * in its place");
                } else {
                    patterns.add(pattern);
                }
            } catch (InvalidPatternException e) {
                error(text.origin(), wanted, Shown.quoted(text.value()) + " " + e.getMessage());
            }
        }
        return patterns;
    }

    List<TagPattern> tags(String wanted) {
        List<TagPattern> patterns = new ArrayList<>();
        for (Text text : required(wanted, "write \"*\" for all of them")) {
            try {
                patterns.add(TagPattern.parse(text.value()));
            } catch (InvalidPatternException e) {
                error(text.origin(), wanted, Shown.quoted(text.value()) + " " + e.getMessage());
            }
        }
        return patterns;
    }

    Optional<Duration> duration(String wanted) {
        Optional<Text> text = one(wanted);
        Optional<Duration> duration =
                text.flatMap(t -> DurationText.parse(t.value())).filter(d -> !d.isZero() && d.compareTo(LONGEST) <= 0);
        if (text.isPresent() && duration.isEmpty()) {
            error(
                    text.get().origin(),
                    wanted,
                    Shown.quoted(text.get().value()) + " is not a duration; write it like 12h, 30d or 365d");
        }
        return duration;
    }

    /** @param least what it has to be at least */
    OptionalLong number(String wanted, long least, long most) {
        Optional<Text> text = one(wanted);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        String value = text.get().value();
        if (!value.matches("\\d{1,18}") || Long.parseLong(value) < least || Long.parseLong(value) > most) {
            error(
                    text.get().origin(),
                    wanted,
                    Shown.quoted(value) + " is not a whole number from " + least + " to " + most);
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(value));
    }

    OptionalLong size(String wanted) {
        Optional<Text> text = one(wanted);
        Optional<BigInteger> size = text.flatMap(t -> SizeText.parse(t.value()))
                .filter(bytes -> bytes.signum() > 0 && bytes.bitLength() < Long.SIZE - 1);
        if (text.isPresent() && size.isEmpty()) {
            error(
                    text.get().origin(),
                    wanted,
                    Shown.quoted(text.get().value()) + " is not a size; write it like 500MiB, 50GiB or 2TiB");
        }
        return size.map(bytes -> OptionalLong.of(bytes.longValueExact())).orElse(OptionalLong.empty());
    }

    boolean flag(String wanted) {
        Optional<Text> text = one(wanted);
        text.filter(t -> !t.value().equals("true") && !t.value().equals("false"))
                .ifPresent(t -> error(t.origin(), wanted, Shown.quoted(t.value()) + " is neither true nor false"));
        return text.filter(t -> t.value().equals("true")).isPresent();
    }

    String key(String below) {
        return name + ": " + below;
    }
}
