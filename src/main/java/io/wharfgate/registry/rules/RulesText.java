package io.wharfgate.registry.rules;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.yaml.FileKind;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.Shown;
import io.wharfgate.yaml.Suggested;
import io.wharfgate.yaml.Text;
import io.wharfgate.yaml.YamlTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/** Reads the text of a file of rules, strictly: what is not understood is a mistake, and with a mistake there are no rules. */
final class RulesText {

    static final FileKind KIND = new FileKind(
            "a list of storage rules", "the file of storage rules", "\"retention:\", \"immutable:\" or \"quotas:\"");

    private static final String RETENTION = "retention";
    private static final String IMMUTABLE = "immutable";
    private static final String QUOTAS = "quotas";
    private static final String REPOSITORIES = "repositories";
    private static final String TAGS = "tags";
    private static final String KEEP = "keep";
    private static final String LAST = "last";
    private static final String YOUNGER_THAN = "younger-than";
    private static final String PULLED_WITHIN = "pulled-within";
    private static final String IMMUTABLE_TOO = "immutable-too";
    private static final String PREFIX = "prefix";
    private static final String BYTES = "bytes";
    private static final String CONTACT = "contact";
    private static final List<String> LISTS = List.of(RETENTION, IMMUTABLE, QUOTAS);
    private static final Map<String, String> REPOSITORIES_ELSEWHERE =
            Map.of("images", REPOSITORIES, "names", REPOSITORIES, "paths", REPOSITORIES);

    /** Each rule is held against all before it; nobody reads warnings about so many. */
    private static final int COMPARED = 500;

    private final Findings findings;

    private RulesText(Findings findings) {
        this.findings = findings;
    }

    /**
     * Reads rules. Never throws, whatever the text is.
     *
     * @param file for messages to the operator
     * @param shortName for those to clients
     */
    static RulesContents read(String text, String file, String shortName) {
        var findings = new Findings();
        Optional<Rules> rules =
                YamlTree.parse(text, file, KIND, findings).map(root -> new RulesText(findings).rules(root, shortName));
        return new RulesContents(
                rules.filter(read -> findings.errors().isEmpty()), false, findings.errors(), findings.warnings());
    }

    private Rules rules(Node.Section root, String shortName) {
        List<RetentionRule> retention = List.of();
        List<ImmutableRule> immutable = List.of();
        List<Quota> quotas = List.of();
        for (Node.Entry entry : root.entries()) {
            switch (entry.name()) {
                case RETENTION -> {
                    retention = list(entry, this::retention);
                    warnOfTaken(retention, entry);
                }
                case IMMUTABLE -> immutable = list(entry, this::immutable);
                case QUOTAS -> quotas = distinct(list(entry, this::quota), entry);
                default ->
                    findings.error(
                            entry.origin(),
                            entry.name(),
                            "unknown key; "
                                    + Suggested.of(entry.name(), LISTS, Map.of("quota", QUOTAS))
                                            .map(meant -> "did you mean " + meant + "?")
                                            .orElse("the file has retention, immutable and quotas"));
            }
        }
        return new Rules(shortName, retention, immutable, quotas);
    }

    private <T> List<T> list(Node.Entry entry, BiFunction<Node.Section, Integer, Optional<T>> reader) {
        if (!(entry.value() instanceof Node.Sequence sequence)) {
            findings.error(
                    entry.value().origin(),
                    entry.name(),
                    "is not a list; begin each rule with \"- \", and indent its other lines");
            return List.of();
        }
        List<T> rules = new ArrayList<>();
        for (int i = 0; i < sequence.items().size() && !findings.full(); i++) {
            Node item = sequence.items().get(i);
            if (item instanceof Node.Section section) {
                reader.apply(section, i + 1).ifPresent(rules::add);
            } else {
                findings.error(
                        item.origin(), entry.name() + " " + (i + 1), "is not a rule; write \"key: value\" lines");
            }
        }
        return rules;
    }

    private void warnOfTaken(List<RetentionRule> rules, Node.Entry list) {
        for (int i = 1; i < Math.min(rules.size(), COMPARED); i++) {
            RetentionRule rule = rules.get(i);
            rules.subList(0, i).stream()
                    .filter(earlier -> earlier.covers(rule))
                    .findFirst()
                    .ifPresent(earlier -> findings.warning(
                            new Origin.InFile(list.origin().file(), rule.line(), 1),
                            RETENTION + " " + rule.number(),
                            "never decides anything: rule " + earlier.number() + ", line " + earlier.line()
                                    + ", has taken all of it; move it up, or remove it"));
        }
    }

    private Optional<RetentionRule> retention(Node.Section section, int number) {
        Item item = new Item(
                section,
                RETENTION + " " + number,
                List.of(REPOSITORIES, KEEP, IMMUTABLE_TOO),
                REPOSITORIES_ELSEWHERE,
                findings);
        var patterns = item.repositories(REPOSITORIES);
        Optional<RetentionRule.Keep> keep = keep(item);
        boolean immutableToo = item.flag(IMMUTABLE_TOO);
        return keep.filter(k -> !patterns.isEmpty())
                .map(k -> new RetentionRule(number, section.origin().line(), patterns, k, immutableToo));
    }

    /** A rule that keeps nothing would empty repositories, and is more likely half of a rule. */
    private Optional<RetentionRule.Keep> keep(Item rule) {
        Optional<Node.Entry> entry = rule.entry(KEEP);
        if (entry.isEmpty() || !(entry.get().value() instanceof Node.Section section)) {
            rule.error(
                    entry.map(Node.Entry::origin).orElse(rule.origin()),
                    KEEP,
                    "says what stays; write {last: 10, tags: [\"v*\"], younger-than: 30d, pulled-within: 90d}, or some"
                            + " of it");
            return Optional.empty();
        }
        Item item = new Item(
                section,
                rule.key(KEEP),
                List.of(LAST, TAGS, YOUNGER_THAN, PULLED_WITHIN),
                Map.of("newest", LAST, "count", LAST, "age", YOUNGER_THAN, "pulled", PULLED_WITHIN),
                findings);
        if (section.entries().isEmpty()) {
            rule.error(section.origin(), KEEP, "is empty, so every tag would go; say what stays");
        }
        OptionalLong last = item.number(LAST, 1, Integer.MAX_VALUE);
        return Optional.of(new RetentionRule.Keep(
                last.isPresent() ? OptionalInt.of((int) last.getAsLong()) : OptionalInt.empty(),
                item.has(TAGS) ? item.tags(TAGS) : List.of(),
                item.duration(YOUNGER_THAN),
                item.duration(PULLED_WITHIN)));
    }

    private Optional<ImmutableRule> immutable(Node.Section section, int number) {
        Item item = new Item(
                section, IMMUTABLE + " " + number, List.of(REPOSITORIES, TAGS), REPOSITORIES_ELSEWHERE, findings);
        var patterns = item.repositories(REPOSITORIES);
        var tags = item.tags(TAGS);
        return patterns.isEmpty() || tags.isEmpty()
                ? Optional.empty()
                : Optional.of(new ImmutableRule(number, section.origin().line(), patterns, tags));
    }

    private Optional<Quota> quota(Node.Section section, int number) {
        Item item = new Item(
                section,
                QUOTAS + " " + number,
                List.of(PREFIX, BYTES, TAGS, REPOSITORIES, CONTACT),
                Map.of("size", BYTES, "storage", BYTES, "limit", BYTES, "names", PREFIX, "repository", PREFIX),
                findings);
        Optional<String> prefix = prefix(item);
        Quota quota = new Quota(
                prefix.orElse(""),
                item.size(BYTES),
                item.number(TAGS, 0, Integer.MAX_VALUE),
                item.number(REPOSITORIES, 0, Integer.MAX_VALUE),
                item.one(CONTACT).map(text -> Shown.printable(text.value())));
        if (!item.has(BYTES) && !item.has(TAGS) && !item.has(REPOSITORIES)) {
            item.error(section.origin(), "", "limits nothing; write bytes, tags or repositories");
        }
        return prefix.map(any -> quota);
    }

    private static Optional<String> prefix(Item item) {
        if (!item.has(PREFIX)) {
            item.error(
                    item.origin(), "", "has no prefix; name the part of names before a /, or ** for all repositories");
        }
        Optional<Text> text = item.one(PREFIX);
        if (text.filter(t -> t.value().equals(Quota.EVERYTHING)).isPresent()) {
            return Optional.of("");
        }
        text.filter(t -> !RepositoryName.isValid(t.value()))
                .ifPresent(t -> item.error(
                        t.origin(),
                        PREFIX,
                        Shown.quoted(t.value())
                                + " is not the beginning of names; write whole parts of them, such as team or team/app, without"
                                + " wildcards, or ** for all repositories"));
        return text.map(Text::value).filter(RepositoryName::isValid);
    }

    /** Two for the same would each have to be looked up and explained. */
    private List<Quota> distinct(List<Quota> quotas, Node.Entry entry) {
        Set<String> seen = new HashSet<>();
        for (Quota quota : quotas) {
            if (!seen.add(quota.prefix())) {
                findings.error(
                        entry.origin(), QUOTAS, "has two entries for " + quota.shownPrefix() + "; keep one of them");
            }
        }
        return quotas;
    }
}
