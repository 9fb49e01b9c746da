package io.wharfgate.auth;

import java.util.Optional;

/** Where the users stand. Safe for use by any thread; {@link #current} is asked on I/O threads and never waits. */
@FunctionalInterface
public interface UserStore {

    /** The users as they are now. A later change shows in a later call only. */
    Users current();

    /** All users at one moment. Immutable. */
    interface Users {

        /** The stored password of a user, if there is such a user. */
        Optional<StoredPassword> find(String user);

        /**
         * A stored password that nobody knows, checked in place of the one that an unknown user does not have, so that the
         * time of an answer does not tell which users exist.
         *
         * @param choice a number that an attacker cannot predict and that is always the same for one user name. Where users
         *     have hashes of different cost it picks one, each cost as often as it stands in the store: an unknown name
         *     then looks like any other.
         */
        StoredPassword decoy(int choice);
    }
}
