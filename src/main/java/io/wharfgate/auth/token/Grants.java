package io.wharfgate.auth.token;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Scope;
import io.wharfgate.oci.RepositoryName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody gets of the scopes that he asks for: what the rules allow him and what he came in with reaches. Clients ask for
 * more than they need and send one scope several times (containerd, for mounts); what is not granted is left out.
 */
final class Grants {

    /**
     * Limits a token to what fits into a header everywhere (nginx takes 8 KiB). What is beyond is not granted, and the client
     * asks for it alone when it gets there.
     */
    private static final int BUDGET = 3000;

    /** Bytes of a scope in a token beside its name. */
    private static final int OVERHEAD = 70;

    private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

    private final AccessPolicy policy;

    Grants(AccessPolicy policy) {
        this.policy = policy;
    }

    /** One scope for each repository, in the order in which they were asked for. */
    List<Scope> of(Login login, List<Scope> asked) {
        List<Scope> granted = new ArrayList<>();
        if (asked.contains(new Scope.Catalog()) && may(login, new Access.Catalog())) {
            granted.add(new Scope.Catalog());
        }
        int left = BUDGET;
        for (Map.Entry<RepositoryName, Set<Action>> wanted : merged(asked).entrySet()) {
            left -= OVERHEAD + wanted.getKey().value().length();
            if (left < 0) {
                break;
            }
            Set<Action> actions = EnumSet.noneOf(Action.class);
            for (Action action : wanted.getValue()) {
                if (may(login, Access.to(action, wanted.getKey()))) {
                    actions.add(action);
                }
            }
            if (!actions.isEmpty()) {
                granted.add(new Scope.InRepository(wanted.getKey(), actions));
            }
        }
        return List.copyOf(granted);
    }

    private static Map<RepositoryName, Set<Action>> merged(List<Scope> asked) {
        Map<RepositoryName, Set<Action>> merged = new LinkedHashMap<>();
        for (Scope scope : asked) {
            if (scope instanceof Scope.InRepository in) {
                merged.computeIfAbsent(in.repository(), name -> EnumSet.noneOf(Action.class))
                        .addAll(in.actions());
            }
        }
        return merged;
    }

    private boolean may(Login login, Access access) {
        try {
            return login.reach().covers(access)
                    && policy.decide(login.identity(), access).allowed();
        } catch (RuntimeException e) {
            LOG.error("access policy failed; not granted", e);
            return false;
        }
    }
}
