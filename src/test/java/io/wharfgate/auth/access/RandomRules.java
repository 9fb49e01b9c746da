package io.wharfgate.auth.access;

import io.wharfgate.auth.Action;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A random file of rules, and what it means by the plainest reading there is. */
final class RandomRules {

    static final List<String> USERS = List.of("alice", "bob", "Carol", "a/b");
    private static final List<String> PATTERNS = List.of(
            "**",
            "*",
            "a",
            "a/*",
            "a/**",
            "a/b",
            "*/b",
            "**/b",
            "${user}",
            "${user}/**",
            "a/${user}",
            "?",
            "?/?",
            "a**");

    private final List<PlainRule> rules = new ArrayList<>();

    /** @param users with "anonymous" and "*", and groups as their members */
    private record PlainRule(Set<String> users, List<String> patterns, Set<Action> actions, boolean allows) {}

    static RandomRules of(Random random) {
        var made = new RandomRules();
        int number = 1 + random.nextInt(6);
        for (int i = 0; i < number; i++) {
            made.rules.add(new PlainRule(
                    Set.copyOf(some(random, List.of("alice", "bob", "Carol", "a/b", "*", "anonymous"))),
                    some(random, PATTERNS),
                    EnumSet.copyOf(some(random, List.of(Action.values()))),
                    random.nextInt(3) > 0));
        }
        return made;
    }

    private static <T> List<T> some(Random random, List<T> all) {
        List<T> some = new ArrayList<>();
        do {
            some.add(all.get(random.nextInt(all.size())));
        } while (random.nextInt(2) == 0);
        return some;
    }

    /** The file, with users in groups here and there, and lists of one with or without brackets. */
    String yaml(Random random) {
        var groups = new StringBuilder();
        var text = new StringBuilder("rules:\n");
        for (int i = 0; i < rules.size(); i++) {
            PlainRule rule = rules.get(i);
            List<String> named = rule.users().stream()
                    .filter(user -> !user.equals("*") && !user.equals("anonymous"))
                    .toList();
            String separator = "  - ";
            if (!named.isEmpty() && random.nextBoolean()) {
                groups.append("  g" + i + ": " + list(named, random) + "\n");
                text.append(separator + "groups: " + list(List.of("g" + i), random) + "\n");
                separator = "    ";
                named = List.of();
            }
            List<String> users = new ArrayList<>(named);
            rule.users().stream()
                    .filter(user -> user.equals("*") || user.equals("anonymous"))
                    .forEach(users::add);
            if (!users.isEmpty()) {
                text.append(separator + "users: " + list(users, random) + "\n");
                separator = "    ";
            }
            text.append(separator + "repositories: " + list(rule.patterns(), random) + "\n");
            text.append("    actions: " + list(actions(rule, random), random) + "\n");
            if (!rule.allows() || random.nextBoolean()) {
                text.append("    effect: " + (rule.allows() ? "allow" : "deny") + "\n");
            }
        }
        String section = groups.length() == 0 ? "" : "groups:\n" + groups;
        return random.nextBoolean() ? section + text : text + section;
    }

    private static List<String> actions(PlainRule rule, Random random) {
        return rule.actions().size() == Action.values().length && random.nextBoolean()
                ? List.of("all")
                : rule.actions().stream()
                        .map(action -> action.name().toLowerCase(Locale.ROOT))
                        .toList();
    }

    private static String list(List<String> values, Random random) {
        String quoted = values.stream().map(value -> '"' + value + '"').collect(Collectors.joining(", "));
        return values.size() == 1 && random.nextBoolean() ? quoted : "[" + quoted + "]";
    }

    /** @param user empty for the anonymous */
    boolean allows(String user, Action action, String name) {
        for (PlainRule rule : rules) {
            if (concerns(rule, user, action) && rule.patterns().stream().anyMatch(p -> matches(p, user, name))) {
                return rule.allows();
            }
        }
        return false;
    }

    boolean allowsEverywhere(String user, Action action) {
        for (PlainRule rule : rules) {
            if (concerns(rule, user, action)
                    && (!rule.allows() || rule.patterns().contains("**"))) {
                return rule.allows();
            }
        }
        return false;
    }

    private static boolean concerns(PlainRule rule, String user, Action action) {
        boolean included = rule.users().contains("anonymous")
                || (!user.isEmpty()
                        && (rule.users().contains("*") || rule.users().contains(user)));
        return included && rule.actions().contains(action);
    }

    private static boolean matches(String pattern, String user, String name) {
        if (pattern.contains("${user}") && !user.matches("[a-z0-9]+")) {
            return false;
        }
        String regex = Pattern.compile("\\*\\*|\\*|\\?|\\$\\{user}|[^*?$]+")
                .matcher(pattern)
                .replaceAll(part -> java.util.regex.Matcher.quoteReplacement(
                        switch (part.group()) {
                            case "**" -> ".*";
                            case "*" -> "[^/]*";
                            case "?" -> "[^/]";
                            case "${user}" -> Pattern.quote(user);
                            default -> Pattern.quote(part.group());
                        }));
        return name.matches(regex);
    }
}
