package io.wharfgate.registry.rules;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.util.List;
import java.util.Optional;

/**
 * What one file of rules said at one moment. Immutable.
 *
 * @param file the last part of its path, as clients are told it
 */
record Rules(String file, List<RetentionRule> retention, List<ImmutableRule> immutable, List<Quota> quotas) {

    /** Of no file: nothing is removed, fixed or limited. */
    static final Rules NONE = new Rules("", List.of(), List.of(), List.of());

    Rules {
        retention = List.copyOf(retention);
        immutable = List.copyOf(immutable);
        quotas = List.copyOf(quotas);
    }

    /** The first rule that is for this repository. */
    Optional<RetentionRule> retentionOf(RepositoryName name) {
        return retention.stream().filter(rule -> rule.matches(name)).findFirst();
    }

    /** By which rule a tag may not be changed, for people. */
    Optional<String> fixedBy(RepositoryName name, Tag tag) {
        for (ImmutableRule rule : immutable) {
            if (rule.matches(name, tag)) {
                return Optional.of("rule " + rule.number() + " of \"immutable\" in " + file + ", line " + rule.line());
            }
        }
        return Optional.empty();
    }
}
