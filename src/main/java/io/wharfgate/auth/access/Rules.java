package io.wharfgate.auth.access;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RepositoryPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The rules of one file as it was at one moment: the first one that matches decides, and what none matches is denied. Immutable.
 * Reasons name a rule and its line; of the file they name the last part of its path only, as users are told them.
 */
public final class Rules implements AccessPolicy {

    private static final Decision ALLOWED = new Decision.Allowed();

    private final String file;
    private final List<Rule> rules;
    private final boolean admitsAnonymous;

    /** @param file the last part of its path */
    Rules(String file, List<Rule> rules) {
        this.file = file;
        this.rules = List.copyOf(rules);
        this.admitsAnonymous =
                Arrays.stream(Action.values()).anyMatch(action -> anywhere(new Identity.Anonymous(), action));
    }

    public int size() {
        return rules.size();
    }

    @Override
    public Decision decide(Identity identity, Access access) {
        if (access instanceof Access.InRepository one) {
            return first(identity, one.action(), one.repository())
                    .map(rule -> decision(rule, one.action()))
                    .orElseGet(() -> denied("no rule of " + file + " allows " + name(one.action())));
        }
        if (access instanceof Access.Ping) {
            return identity instanceof Identity.User || admitsAnonymous
                    ? ALLOWED
                    : denied("no rule of " + file + " is for anybody who has not logged in");
        }
        if (access instanceof Access.Catalog) {
            return anywhere(identity, Action.LIST)
                    ? ALLOWED
                    : denied("no rule of " + file + " allows list in any repository");
        }
        return everywhere(identity, ((Access.Everywhere) access).action());
    }

    @Override
    public boolean admitsAnonymous() {
        return admitsAnonymous;
    }

    /** By what that is allowed or denied, for people: "by rule 2 (access.yaml:14)". */
    public String explain(Identity identity, Action action, RepositoryName repository) {
        return first(identity, action, repository)
                .map(rule -> "by rule " + rule.number() + " (" + file + ":" + rule.line() + ")")
                .orElse("as no rule of " + file + " allows it");
    }

    private Optional<Rule> first(Identity identity, Action action, RepositoryName repository) {
        for (Rule rule : rules) {
            if (rule.matches(identity, action, repository)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    private Decision decision(Rule rule, Action action) {
        return rule.allows() ? ALLOWED : denied(place(rule) + " denies " + name(action));
    }

    /** Allowed by a rule for all names, before which none takes anything away. */
    private Decision everywhere(Identity identity, Action action) {
        for (Rule rule : rules) {
            if (rule.concerns(identity, action)) {
                if (!rule.allows()) {
                    return denied(place(rule) + " denies " + name(action) + " in some repositories");
                }
                if (rule.repositories().stream().anyMatch(RepositoryPattern::matchesEvery)) {
                    return ALLOWED;
                }
            }
        }
        return denied("no rule of " + file + " allows " + name(action) + " in every repository");
    }

    /** Whether some rule allows it in some repository, and no single earlier one has denied all of that. */
    private boolean anywhere(Identity identity, Action action) {
        List<RepositoryPattern> taken = new ArrayList<>();
        for (Rule rule : rules) {
            if (!rule.concerns(identity, action)) {
                continue;
            }
            if (!rule.allows()) {
                taken.addAll(rule.repositories());
            } else if (rule.repositories().stream()
                    .filter(pattern -> pattern.concerns(identity.userName()))
                    .anyMatch(pattern -> taken.stream().noneMatch(before -> before.covers(pattern)))) {
                return true;
            }
        }
        return false;
    }

    private String place(Rule rule) {
        return "rule " + rule.number() + ", line " + rule.line() + " of " + file + ",";
    }

    private static String name(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private static Decision denied(String reason) {
        return new Decision.Denied(reason);
    }
}
