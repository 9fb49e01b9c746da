package io.wharfgate.auth.access;

import io.wharfgate.auth.Identity;
import java.util.Set;

/**
 * For whom a rule is.
 *
 * @param everybody logged in or not
 * @param everyUser who has logged in
 * @param names of users, those of groups as well
 */
record Who(boolean everybody, boolean everyUser, Set<String> names) {

    Who {
        names = Set.copyOf(names);
    }

    boolean includes(Identity identity) {
        return everybody || (identity instanceof Identity.User user && (everyUser || names.contains(user.name())));
    }

    boolean includes(Who other) {
        if (everybody || other.everybody) {
            return everybody;
        }
        return everyUser || (!other.everyUser && names.containsAll(other.names));
    }
}
