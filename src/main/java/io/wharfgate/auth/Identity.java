package io.wharfgate.auth;

import java.util.Optional;

/** Who is asking. */
public sealed interface Identity {

    /** The user's name; empty for nobody in particular. */
    default Optional<String> userName() {
        return this instanceof User user ? Optional.of(user.name()) : Optional.empty();
    }

    /** A user who has shown that he is the one. */
    record User(String name) implements Identity {}

    /** Nobody in particular. */
    record Anonymous() implements Identity {}
}
