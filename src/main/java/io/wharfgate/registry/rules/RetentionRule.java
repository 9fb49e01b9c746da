package io.wharfgate.registry.rules;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RepositoryPattern;
import io.wharfgate.oci.TagPattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which tags of some repositories stay; the others go.
 *
 * @param number in the list, from 1
 * @param line where it begins, from 1
 * @param immutableToo whether it takes away immutable tags as well
 */
record RetentionRule(int number, int line, List<RepositoryPattern> repositories, Keep keep, boolean immutableToo) {

    RetentionRule {
        repositories = List.copyOf(repositories);
    }

    /**
     * What keeps a tag; any of it is enough.
     *
     * @param last so many of those that were pushed last
     * @param youngerThan since its last push
     * @param pulledWithin since its last pull
     */
    record Keep(
            OptionalInt last, List<TagPattern> tags, Optional<Duration> youngerThan, Optional<Duration> pulledWithin) {

        Keep {
            tags = List.copyOf(tags);
        }
    }

    /** Whether nothing is left for another one that comes later. It may say no where that is hard to see. */
    boolean covers(RetentionRule later) {
        return later.repositories.stream()
                .allMatch(theirs -> repositories.stream().anyMatch(ours -> ours.covers(theirs)));
    }

    boolean matches(RepositoryName name) {
        return repositories.stream().anyMatch(pattern -> pattern.matches(name));
    }
}
