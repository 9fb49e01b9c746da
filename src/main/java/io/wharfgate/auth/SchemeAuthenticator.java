package io.wharfgate.auth;

import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.Rejected;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Looks at the scheme of the {@code Authorization} header, and leaves the rest to whom it belongs. Basic is taken whatever the
 * challenge offers: curl, scripts and podman send it unasked.
 */
public final class SchemeAuthenticator implements Authenticator {

    private final Authenticator basic;
    private final Authenticator bearer;

    public SchemeAuthenticator(Authenticator basic, Authenticator bearer) {
        this.basic = basic;
        this.bearer = bearer;
    }

    @Override
    public CompletionStage<AuthenticationResult> authenticate(Optional<String> authorization, InetAddress client) {
        if (authorization.isEmpty()) {
            return CompletableFuture.completedStage(new Accepted(Login.anonymous()));
        }
        return switch (scheme(authorization.get())) {
            case "basic" -> basic.authenticate(authorization, client);
            case "bearer" -> bearer.authenticate(authorization, client);
            default ->
                CompletableFuture.completedStage(
                        new Rejected("the Authorization header's scheme is neither Basic nor Bearer"));
        };
    }

    /** In small letters (RFC 9110, 11.1: schemes are told apart in any case). */
    private static String scheme(String header) {
        String text = header.strip();
        int end = 0;
        while (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != '\t') {
            end++;
        }
        return text.substring(0, end).toLowerCase(Locale.ROOT);
    }
}
