package io.wharfgate.auth;

/** Who is asking. */
public sealed interface Identity {

    /** A user who has shown that he is the one. */
    record User(String name) implements Identity {}

    /** Nobody in particular. */
    record Anonymous() implements Identity {}
}
