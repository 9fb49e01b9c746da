package io.wharfgate.auth.token;

import com.nimbusds.jose.JOSEObjectType;

/** What a token is for. It stands in the signed header ({@code typ}), so that none can be used as one of the other kind. */
enum TokenKind {
    /** Shown as Bearer with each request; the type that Docker's token specification demands. */
    ACCESS("JWT"),
    /** Shown to the token service alone. */
    REFRESH("refresh+jwt");

    private final String type;

    TokenKind(String type) {
        this.type = type;
    }

    JOSEObjectType type() {
        return new JOSEObjectType(type);
    }
}
