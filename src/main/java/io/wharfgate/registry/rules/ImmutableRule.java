package io.wharfgate.registry.rules;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RepositoryPattern;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.TagPattern;
import java.util.List;

/**
 * Tags that stay as they are once they are there.
 *
 * @param number in the list, from 1
 * @param line where it begins, from 1
 */
record ImmutableRule(int number, int line, List<RepositoryPattern> repositories, List<TagPattern> tags) {

    ImmutableRule {
        repositories = List.copyOf(repositories);
        tags = List.copyOf(tags);
    }

    boolean matches(RepositoryName name, Tag tag) {
        return tags.stream().anyMatch(pattern -> pattern.matches(tag))
                && repositories.stream().anyMatch(pattern -> pattern.matches(name));
    }
}
