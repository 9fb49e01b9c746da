package io.wharfgate.client.remote;

import io.wharfgate.secret.Secret;

/** How to come in at a registry. Immutable; shows no secret. */
public sealed interface Login {

    /** As nobody in particular. */
    record Anonymous() implements Login {}

    /** With a name and a password, or a token in its place. */
    record Password(String user, Secret password) implements Login {}

    /** With a Bearer token that needs no token service. */
    record Pass(Secret token) implements Login {}

    /** With what a token service gave at an earlier login, in place of a password. */
    record IdentityToken(Secret token) implements Login {}
}
