package io.wharfgate.auth;

import io.wharfgate.oci.RepositoryName;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One resource scope of Docker's token specification: {@code repository:team/app:pull,push}, {@code registry:catalog:*}.
 * Immutable.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/scope/">Token Scope Documentation</a>
 */
public sealed interface Scope {

    /** As it stands in requests, challenges and answers; {@link Unknown} has no text. */
    String text();

    /** Some actions in one repository, at least one; {@link Action#LIST} has no place in it. */
    record InRepository(RepositoryName repository, Set<Action> actions) implements Scope {

        /** All that a scope can name: what {@code *} stands for. */
        public static final Set<Action> ALL =
                Collections.unmodifiableSet(EnumSet.of(Action.PULL, Action.PUSH, Action.DELETE));

        public InRepository {
            if (actions.isEmpty() || !ALL.containsAll(actions)) {
                throw new IllegalArgumentException("a scope's actions are pull, push and delete");
            }
            // In the order of the enum, so that equal scopes have equal texts.
            actions = Collections.unmodifiableSet(EnumSet.copyOf(actions));
        }

        @Override
        public String text() {
            return "repository:" + repository + ":"
                    + actions.stream().map(Action::text).collect(Collectors.joining(","));
        }
    }

    /** The list of repositories. */
    record Catalog() implements Scope {
        @Override
        public String text() {
            return "registry:catalog:*";
        }
    }

    /** Something that this registry does not know: it is not granted, and nothing else is said about it. */
    record Unknown() implements Scope {
        @Override
        public String text() {
            return "";
        }
    }

    /** Reads any number of scopes, parted by spaces. Never fails. */
    static List<Scope> parseAll(String text) {
        return Stream.of(text.split(" ", -1))
                .filter(scope -> !scope.isEmpty())
                .map(Scope::parse)
                .toList();
    }

    /** Reads one scope. Never fails: what cannot be read is {@link Unknown}. */
    static Scope parse(String text) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        if (first == last) {
            return new Unknown();
        }
        String name = text.substring(first + 1, last);
        List<String> actions = List.of(text.substring(last + 1).split(",", -1));
        return switch (kind(text.substring(0, first))) {
            case "repository" -> repository(name, actions);
            case "registry" -> name.equals("catalog") && actions.contains("*") ? new Catalog() : new Unknown();
            default -> new Unknown();
        };
    }

    /** Without its class: {@code repository(plugin)} is {@code repository}, as the specification has it by now. */
    private static String kind(String type) {
        int open = type.indexOf('(');
        return open > 0 && type.endsWith(")") ? type.substring(0, open) : type;
    }

    private static Scope repository(String name, List<String> names) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (Action action : InRepository.ALL) {
            if (names.contains(action.text()) || names.contains("*")) {
                actions.add(action);
            }
        }
        return actions.isEmpty() || !RepositoryName.isValid(name)
                ? new Unknown()
                : new InRepository(RepositoryName.parse(name), actions);
    }
}
