package io.wharfgate.gateway;

import io.wharfgate.oci.RepositoryName;
import java.util.function.Predicate;

/** Rights to the same repositories whatever is to be done there, and to all as a whole or not. */
public record GivenRights(Predicate<RepositoryName> repositories, boolean all) implements Rights {

    public static GivenRights toEverything() {
        return new GivenRights(name -> true, true);
    }

    @Override
    public boolean mayPull(RepositoryName repository) {
        return repositories.test(repository);
    }

    @Override
    public boolean mayPullAll() {
        return all;
    }

    @Override
    public boolean mayList(RepositoryName repository) {
        return repositories.test(repository);
    }

    @Override
    public boolean mayListAll() {
        return all;
    }
}
