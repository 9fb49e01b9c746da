package io.wharfgate.auth.token;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Reach;
import io.wharfgate.auth.Scope;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an access token is good for: the scopes that were granted. Who may see the catalog may see each repository in it.
 * Immutable.
 */
final class GrantedReach implements Reach {

    private final Map<String, Set<Action>> repositories = new HashMap<>();
    private final boolean catalog;

    GrantedReach(List<Scope> granted) {
        for (Scope scope : granted) {
            if (scope instanceof Scope.InRepository in) {
                repositories
                        .computeIfAbsent(in.repository().value(), name -> EnumSet.noneOf(Action.class))
                        .addAll(in.actions());
            }
        }
        this.catalog = granted.contains(new Scope.Catalog());
    }

    @Override
    public boolean covers(Access access) {
        if (access instanceof Access.InRepository in) {
            return in.action() == Action.LIST
                    ? catalog
                    : repositories
                            .getOrDefault(in.repository().value(), Set.of())
                            .contains(in.action());
        }
        // Everywhere is more than any scope can name.
        return access instanceof Access.Ping || (access instanceof Access.Catalog && catalog);
    }
}
