package io.wharfgate.cli;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.remote.DockerLogins;
import io.wharfgate.client.remote.Login;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How somebody wants to come in at one side of a copy.
 *
 * @param side "source" or "target"
 */
record LoginOptions(String side, Optional<String> username, boolean stdin, Optional<Path> file) {

    /**
     * The login for a registry: the one that was given, else what docker and podman have kept.
     *
     * @throws IllegalArgumentException when the options do not go together
     * @throws ExchangeException when the password cannot be had
     */
    Login login(String host, Map<String, String> environment, UserPasswords passwords) throws ExchangeException {
        if (username.isEmpty()) {
            if (stdin || file.isPresent()) {
                throw new IllegalArgumentException("a password needs a name: give --" + side + "-username too");
            }
            return new DockerLogins(environment).of(host);
        }
        return new Login.Password(username.get(), password(environment, passwords));
    }

    private Secret password(Map<String, String> environment, UserPasswords passwords) throws ExchangeException {
        String variable = "WHARFGATE_" + side.toUpperCase(Locale.ROOT) + "_PASSWORD";
        String value = environment.getOrDefault(variable, "");
        try {
            if (file.isPresent()) {
                return Secret.fromFile(file.get());
            }
            return stdin || value.isEmpty() ? passwords.current(stdin) : Secret.of(value);
        } catch (IOException e) {
            throw new ExchangeException(
                    "the password's file " + file.orElseThrow() + " cannot be read: " + e.getMessage(), e);
        } catch (UserPasswords.NoPassword e) {
            throw new ExchangeException(
                    "there is no password for " + username.orElseThrow() + ": give it with --" + side
                            + "-password-stdin, --" + side + "-password-file or " + variable,
                    e);
        }
    }
}
