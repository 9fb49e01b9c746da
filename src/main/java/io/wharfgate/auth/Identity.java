package io.wharfgate.auth;

/** Who is asking. */
public sealed interface Identity {

    /** Somebody whose password was right. */
    record User(String name) implements Identity {}

    /** Nobody in particular: the request carried no credentials. */
    record Anonymous() implements Identity {}
}
