package io.wharfgate.client.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.StrictJson;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The logins that {@code docker login} and {@code podman login} keep: in {@code config.json} and {@code auth.json}, or with a
 * credential helper that one of these names. Thread-safe.
 */
public final class DockerLogins {

    private static final String HUB_KEY = "https://index.docker.io/v1/";

    private final Map<String, String> environment;
    private final CredentialHelper helper;

    /** @param environment HOME, DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR and PATH say where to look */
    public DockerLogins(Map<String, String> environment) {
        this(environment, new CredentialHelper(environment));
    }

    DockerLogins(Map<String, String> environment, CredentialHelper helper) {
        this.environment = environment;
        this.helper = helper;
    }

    /**
     * The login for a registry; anonymous when there is none.
     *
     * @param host as image names begin with it
     * @throws ExchangeException when a file is there and cannot be used
     */
    public Login of(String host) throws ExchangeException {
        for (Path file : files()) {
            Optional<Login> found = Files.isRegularFile(file) ? in(file, host) : Optional.empty();
            if (found.isPresent()) {
                return found.get();
            }
        }
        return new Login.Anonymous();
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        Optional<Path> home = place("HOME");
        place("REGISTRY_AUTH_FILE").ifPresent(files::add);
        place("DOCKER_CONFIG")
                .or(() -> home.map(h -> h.resolve(".docker")))
                .ifPresent(directory -> files.add(directory.resolve("config.json")));
        place("XDG_RUNTIME_DIR").ifPresent(run -> files.add(run.resolve("containers/auth.json")));
        home.ifPresent(h -> files.add(h.resolve(".config/containers/auth.json")));
        return files;
    }

    private Optional<Path> place(String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    private Optional<Login> in(Path file, String host) throws ExchangeException {
        JsonNode json;
        try {
            if (Files.size(file) > Manifest.MAX_SIZE) {
                throw new ExchangeException(file + " is larger than any file of logins");
            }
            json = StrictJson.object(Files.readAllBytes(file), file.toString());
        } catch (ExchangeException e) {
            throw e;
        } catch (IOException e) {
            throw new ExchangeException(file + " cannot be read: " + e.getMessage(), e);
        }
        for (String key : keys(host)) {
            String name = json.path("credHelpers").path(key).asText("");
            Optional<Login> login = name.isEmpty() ? Optional.empty() : helper.get(name, key);
            if (login.isEmpty()) {
                login = stored(json.path("auths").path(key), file);
            }
            if (login.isPresent()) {
                return login;
            }
        }
        String store = json.path("credsStore").asText("");
        for (String key : store.isEmpty() ? List.<String>of() : keys(host)) {
            Optional<Login> login = json.path("auths").has(key) ? helper.get(store, key) : Optional.empty();
            if (login.isPresent()) {
                return login;
            }
        }
        return Optional.empty();
    }

    /** As the files of different times and clients spell it. */
    private static List<String> keys(String host) {
        return host.equals("docker.io") || host.equals("index.docker.io")
                ? List.of(HUB_KEY, "docker.io", "index.docker.io")
                : List.of(
                        host,
                        "https://" + host,
                        "http://" + host,
                        "https://" + host + "/v1/",
                        "https://" + host + "/v2/");
    }

    private static Optional<Login> stored(JsonNode entry, Path file) throws ExchangeException {
        String identity = entry.path("identitytoken").asText("");
        if (!identity.isEmpty()) {
            return Optional.of(new Login.IdentityToken(Secret.of(identity)));
        }
        String auth = entry.path("auth").asText("");
        if (auth.isEmpty()) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                // Docker has padded it with NULs at times.
                String password = pair.substring(colon + 1).replaceAll("\0+$", "");
                return Optional.of(new Login.Password(pair.substring(0, colon), Secret.of(password)));
            }
        } catch (IllegalArgumentException e) {
            // The same as no colon in it.
        }
        throw new ExchangeException(file + " holds a login that cannot be read; log in again with docker login");
    }
}
