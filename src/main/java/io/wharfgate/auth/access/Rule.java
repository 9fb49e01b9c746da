package io.wharfgate.auth.access;

import io.wharfgate.auth.Action;
import io.wharfgate.auth.Identity;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RepositoryPattern;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One rule.
 *
 * @param number in the file, from 1
 * @param line where it begins, from 1
 * @param allows or denies
 */
record Rule(int number, int line, Who who, List<RepositoryPattern> repositories, Set<Action> actions, boolean allows) {

    Rule {
        repositories = List.copyOf(repositories);
        // Never changed; asked far more quickly than a copy that says so.
        actions = EnumSet.copyOf(actions);
    }

    /** Whether it says anything about that, in some repository. */
    boolean concerns(Identity identity, Action action) {
        return actions.contains(action) && who.includes(identity);
    }

    /** Whether it says something about that. */
    boolean matches(Identity identity, Action action, RepositoryName name) {
        if (!concerns(identity, action)) {
            return false;
        }
        Optional<String> user = identity.userName();
        for (RepositoryPattern pattern : repositories) {
            if (pattern.matches(name, user)) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing is left for another one that comes later. It may say no where that is hard to see. */
    boolean covers(Rule later) {
        return actions.containsAll(later.actions)
                && who.includes(later.who)
                && later.repositories.stream()
                        .allMatch(theirs -> repositories.stream().anyMatch(ours -> ours.covers(theirs)));
    }
}
