package io.wharfgate.gateway;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Login;
import io.wharfgate.oci.RepositoryName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who sent a request, and what he may do with it: what both the policy allows and his credential reaches.
 *
 * @param login who, by what
 * @param policy the rules
 */
record Caller(Login login, AccessPolicy policy) implements Rights {

    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);

    /** Whether he may, by the rules alone. A policy that fails denies. */
    Decision decide(Access access) {
        try {
            return policy.decide(login.identity(), access);
        } catch (RuntimeException e) {
            LOG.error("access policy failed; denied", e);
            return new Decision.Denied("the access rules could not be read");
        }
    }

    /** Whether his credential is good for it. */
    boolean reaches(Access access) {
        return login.reach().covers(access);
    }

    boolean may(Access access) {
        return reaches(access) && decide(access).allowed();
    }

    @Override
    public boolean mayPull(RepositoryName repository) {
        return may(Access.to(Action.PULL, repository));
    }

    @Override
    public boolean mayPullAll() {
        return may(new Access.Everywhere(Action.PULL));
    }

    @Override
    public boolean mayList(RepositoryName repository) {
        return may(Access.to(Action.LIST, repository));
    }

    @Override
    public boolean mayListAll() {
        return may(new Access.Everywhere(Action.LIST));
    }
}
