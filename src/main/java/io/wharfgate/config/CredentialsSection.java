package io.wharfgate.config;

import io.wharfgate.secret.Secret;
import io.wharfgate.upstream.UpstreamConfig.Credentials;
import io.wharfgate.yaml.Origin;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how the gateway logs in at one upstream. */
final class CredentialsSection {

    private final Values values;
    private final PathFormat paths;

    CredentialsSection(Values values, PathFormat paths) {
        this.values = values;
        this.paths = paths;
    }

    Optional<Credentials> read(List<URI> addresses) {
        Optional<String> username = values.get(Key.UPSTREAM_USERNAME, TextFormat.USERNAME);
        Optional<Secret> inPlace = values.get(Key.UPSTREAM_PASSWORD, new SecretFormat());
        Optional<Path> file = values.get(Key.UPSTREAM_PASSWORD_FILE, paths);
        Optional<List<String>> realms = values.list(Key.UPSTREAM_TOKEN_REALMS, new HostPortFormat());
        refuseHalves();
        Optional<Secret> password = inPlace.or(() -> file.flatMap(this::fromFile));
        if (username.isEmpty() || password.isEmpty()) {
            return Optional.empty();
        }
        if (realms.isEmpty()) {
            values.assume(Key.UPSTREAM_TOKEN_REALMS, List.of());
        }
        warn(addresses, inPlace);
        return Optional.of(new Credentials(username.get(), password.get(), Set.copyOf(realms.orElse(List.of()))));
    }

    private Optional<Secret> fromFile(Path file) {
        Optional<Secret> secret = PasswordFile.read(values, Key.UPSTREAM_PASSWORD_FILE, file, "the password");
        if (secret.filter(password -> !SecretFormat.oneLine(password)).isPresent()) {
            values.error(
                    Key.UPSTREAM_PASSWORD_FILE,
                    "names a file with more than a password; write the password alone into it, on one line");
        }
        return secret;
    }

    private void refuseHalves() {
        Optional<Origin> username = values.given(Key.UPSTREAM_USERNAME);
        Optional<Origin> password = values.given(Key.UPSTREAM_PASSWORD);
        Optional<Origin> file = values.given(Key.UPSTREAM_PASSWORD_FILE);
        if (password.isPresent() && file.isPresent()) {
            values.error(
                    Key.UPSTREAM_PASSWORD_FILE,
                    "cannot stand beside " + values.name(Key.UPSTREAM_PASSWORD) + " (" + password.get()
                            + "); keep one of the two");
        }
        if (username.isPresent() && password.isEmpty() && file.isEmpty()) {
            values.error(
                    Key.UPSTREAM_USERNAME,
                    "has no password; set " + values.name(Key.UPSTREAM_PASSWORD_FILE) + " too, or remove it");
        }
        if (username.isEmpty()) {
            for (Key lone : List.of(Key.UPSTREAM_PASSWORD, Key.UPSTREAM_PASSWORD_FILE, Key.UPSTREAM_TOKEN_REALMS)) {
                if (values.given(lone).isPresent()) {
                    values.error(
                            lone,
                            "is set, but " + values.name(Key.UPSTREAM_USERNAME) + " is not; set it, or remove this");
                }
            }
        }
    }

    private void warn(List<URI> addresses, Optional<Secret> inPlace) {
        if (inPlace.filter(SecretFormat::isMask).isPresent()) {
            values.warning(
                    Key.UPSTREAM_PASSWORD,
                    "is only what check-config --print shows in place of a password; write the password, or set "
                            + values.name(Key.UPSTREAM_PASSWORD_FILE));
        }
        boolean inTheClear = addresses.stream()
                .anyMatch(address -> address.getScheme().equals("http") && !OwnAddresses.loopback(address));
        if (inTheClear) {
            values.warning(
                    Key.UPSTREAM_USERNAME,
                    "the password crosses the network unencrypted, as the upstream is http://; use https://, or keep"
                            + " that network to the two");
        }
    }
}
