package io.wharfgate.auth;

import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.util.concurrent.CompletionStage;

/** Checks a user name with its password, wherever in a request they stood. As {@link Authenticator}: safe, never blocking. */
@FunctionalInterface
public interface PasswordLogin {

    CompletionStage<AuthenticationResult> login(String user, Secret password, InetAddress client);
}
