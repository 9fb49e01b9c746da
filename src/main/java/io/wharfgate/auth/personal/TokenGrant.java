package io.wharfgate.auth.personal;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Reach;
import io.wharfgate.oci.InvalidPatternException;
import io.wharfgate.oci.RepositoryPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a token is good for, as long as its owner may do it too. Immutable.
 *
 * @param repositories at least one
 * @param actions at least one, in their natural order
 */
public record TokenGrant(List<RepositoryPattern> repositories, Set<Action> actions) {

    /** All repositories. */
    public static final String EVERY_REPOSITORY = "**";

    private static final String ALL = "all";
    private static final int MOST_REPOSITORIES = 100;

    public TokenGrant {
        repositories = List.copyOf(new LinkedHashSet<>(repositories));
        if (repositories.isEmpty() || repositories.size() > MOST_REPOSITORIES) {
            throw new IllegalArgumentException(
                    "a token is for 1 to " + MOST_REPOSITORIES + " patterns of repositories");
        }
        if (actions.isEmpty()) {
            throw new IllegalArgumentException("name an action: pull, push, delete, list, or all");
        }
        actions = Collections.unmodifiableSet(EnumSet.copyOf(actions));
    }

    /**
     * Reads patterns and names of actions: {@code pull}, {@code push}, {@code delete}, {@code list}, {@code all}.
     *
     * @throws IllegalArgumentException saying what is wrong with them
     */
    public static TokenGrant parse(Collection<String> repositories, Collection<String> actions) {
        List<RepositoryPattern> patterns = new ArrayList<>();
        for (String repository : repositories) {
            try {
                patterns.add(RepositoryPattern.parse(repository));
            } catch (InvalidPatternException e) {
                throw new IllegalArgumentException("repository: " + e.getMessage(), e);
            }
        }
        Set<Action> named = EnumSet.noneOf(Action.class);
        for (String action : actions) {
            if (action.equals(ALL)) {
                named.addAll(EnumSet.allOf(Action.class));
            } else {
                named.add(action(action));
            }
        }
        return new TokenGrant(patterns, named);
    }

    private static Action action(String name) {
        for (Action action : Action.values()) {
            if (nameOf(action).equals(name)) {
                return action;
            }
        }
        throw new IllegalArgumentException("actions are pull, push, delete, list, or all");
    }

    private static String nameOf(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    /** The patterns as they were written. */
    public List<String> repositoryTexts() {
        return repositories.stream().map(RepositoryPattern::text).toList();
    }

    /** The actions' names. */
    public List<String> actionNames() {
        return actions.stream().map(TokenGrant::nameOf).toList();
    }

    /** What it reaches in the hands of this user. Everybody may ping, that is how clients log in. */
    Reach reach(String user) {
        return access -> {
            if (access instanceof Access.InRepository wanted) {
                return actions.contains(wanted.action())
                        && repositories.stream().anyMatch(pattern -> pattern.matches(wanted.repository(), user));
            }
            if (access instanceof Access.Everywhere wanted) {
                return actions.contains(wanted.action())
                        && repositories.stream().anyMatch(RepositoryPattern::matchesEvery);
            }
            return access instanceof Access.Ping || (access instanceof Access.Catalog && actions.contains(Action.LIST));
        };
    }
}
