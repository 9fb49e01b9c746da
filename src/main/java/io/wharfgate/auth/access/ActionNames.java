package io.wharfgate.auth.access;

import io.wharfgate.auth.Action;
import io.wharfgate.yaml.Suggested;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What actions are called in the file. */
final class ActionNames {

    static final String KNOWN = "pull, push, delete, list, and all for the four of them";

    private static final List<String> NAMES = List.of("pull", "push", "delete", "list", "all");

    private static final Map<String, String> OTHER_NAMES = Map.of(
            "read", "pull",
            "get", "pull",
            "download", "pull",
            "write", "push",
            "upload", "push",
            "remove", "delete",
            "catalog", "list",
            "*", "all");

    private ActionNames() {}

    /** The actions; none when it is not the name of any. */
    static Set<Action> parse(String text) {
        return switch (text) {
            case "pull" -> EnumSet.of(Action.PULL);
            case "push" -> EnumSet.of(Action.PUSH);
            case "delete" -> EnumSet.of(Action.DELETE);
            case "list" -> EnumSet.of(Action.LIST);
            case "all" -> EnumSet.allOf(Action.class);
            default -> EnumSet.noneOf(Action.class);
        };
    }

    /** What to do about a name that there is not. */
    static String advice(String unknown) {
        return Suggested.of(unknown, NAMES, OTHER_NAMES)
                .map(meant -> "did you mean " + meant + "?")
                .orElse("there are " + KNOWN);
    }
}
