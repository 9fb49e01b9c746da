package io.wharfgate.config;

import io.wharfgate.tls.TlsConfig;
import io.wharfgate.upstream.UpstreamConfig;
import io.wharfgate.yaml.Finding;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks at the files and directories that a configuration names, as far as that can be done without starting. Looks
 * only: it makes, changes and locks nothing.
 */
public final class Inspection {

    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final String PRIVATE_KEY = "PRIVATE KEY-----";

    private final LoadedConfiguration loaded;
    private final WharfgateConfig config;
    private final Findings findings = new Findings();

    private Inspection(LoadedConfiguration loaded) {
        this.loaded = loaded;
        this.config = loaded.config();
    }

    /**
     * What was found.
     *
     * @param errors the service would not start, or would not work
     * @param warnings the service starts, but is not complete yet
     */
    public record Report(List<Finding> errors, List<Finding> warnings) {}

    /** What a finding is about: where it stands, and what it is called. */
    private record Place(Origin origin, String name) {}

    public static Report of(LoadedConfiguration loaded) {
        var inspection = new Inspection(loaded);
        inspection.tls();
        inspection.htpasswd();
        inspection.storageOrUpstream();
        inspection.dataDirectory();
        inspection.config.log().audit().ifPresent(inspection::audit);
        return new Report(inspection.findings.errors(), inspection.findings.warnings());
    }

    private void storageOrUpstream() {
        if (config.upstream().isEmpty()) {
            writable(Key.STORAGE_FILESYSTEM_ROOT, config.storage().root());
            return;
        }
        UpstreamConfig upstream = config.upstream().get();
        upstream.standard().ifPresent(registry -> clientTls(registry.tls(), this::place));
        upstream.prefixes()
                .forEach((prefix, registry) -> clientTls(
                        registry.tls(),
                        key -> new Place(loaded.origin(prefix, key), key.pathIn(Key.PREFIXES + "." + prefix))));
    }

    /** The gateway reads these at its start and does not wait for them. */
    private void clientTls(UpstreamConfig.Tls tls, Function<Key, Place> places) {
        tls.authority().ifPresent(file -> present(places.apply(Key.UPSTREAM_CA), file, CERTIFICATE, "certificate"));
        tls.identity().ifPresent(identity -> {
            Place certificate = places.apply(Key.UPSTREAM_CLIENT_CERTIFICATE);
            if (present(certificate, identity.certificate(), CERTIFICATE, "certificate")) {
                present(places.apply(Key.UPSTREAM_CLIENT_KEY), identity.key(), PRIVATE_KEY, "private key");
            }
        });
    }

    private boolean present(Place place, Path file, String mark, String what) {
        if (Files.notExists(file)) {
            error(place, file, "does not exist; name the PEM file with the " + what);
            return false;
        }
        return pem(place, file, mark, what);
    }

    private void tls() {
        if (!(config.tls() instanceof TlsConfig.Files files)) {
            return;
        }
        if (expected(Key.TLS_CERTIFICATE, files.certificate(), CERTIFICATE, "certificate")) {
            expected(Key.TLS_KEY, files.key(), PRIVATE_KEY, "private key");
        }
    }

    private boolean expected(Key key, Path file, String mark, String what) {
        if (Files.notExists(file)) {
            warning(key, file, "does not exist yet; the service waits for it");
            return false;
        }
        return pem(place(key), file, mark, what);
    }

    /** Whether the file could be read; what it holds may still be wrong. */
    private boolean pem(Place place, Path file, String mark, String what) {
        if (!Files.isRegularFile(file)) {
            error(place, file, "is not a file; name the PEM file itself");
            return false;
        }
        try {
            if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(mark)) {
                error(place, file, "holds no " + what + " in PEM form; name the file that does");
            }
            return true;
        } catch (IOException e) {
            error(place, file, "cannot be read; give the user that runs Wharfgate the right to read it");
            return false;
        }
    }

    private void htpasswd() {
        Path file = config.auth().htpasswd();
        if (Files.notExists(file)) {
            if (!config.auth().defaultHtpasswd()) {
                warning(
                        Key.AUTH_HTPASSWD,
                        file,
                        "does not exist, so nobody can log in; make it with: wharfgate user add NAME --file " + file);
            }
        } else if (Files.isDirectory(file)) {
            error(Key.AUTH_HTPASSWD, file, "is a directory; name the file in it");
        } else if (!Files.isReadable(file)) {
            error(Key.AUTH_HTPASSWD, file, "cannot be read; give the user that runs Wharfgate the right to read it");
        }
    }

    /** The file is made at the start, its directory is not: the one of the systemd unit is there from the start on. */
    private void audit(Path file) {
        Path directory = file.resolveSibling(".").normalize();
        if (Files.isDirectory(file)) {
            error(Key.LOG_AUDIT, file, "is a directory; name a file in it");
        } else if (Files.notExists(directory)) {
            warning(Key.LOG_AUDIT, directory, "does not exist yet; without it the service does not start");
        } else if (!Files.isWritable(Files.exists(file) ? file : directory)) {
            error(Key.LOG_AUDIT, file, "may not be written; give the user that runs Wharfgate the right to write it");
        }
    }

    private void dataDirectory() {
        // With a place for everything else, nothing is ever written there, and it need not be possible.
        if (config.tls() instanceof TlsConfig.SelfSigned || config.auth().defaultHtpasswd()) {
            writable(Key.SERVER_DATA_DIRECTORY, config.server().dataDirectory());
        }
    }

    private void writable(Key key, Path directory) {
        Optional<Path> existing = Optional.of(directory);
        while (existing.isPresent() && !Files.exists(existing.get(), LinkOption.NOFOLLOW_LINKS)) {
            existing = Optional.ofNullable(existing.get().getParent());
        }
        Path nearest = existing.orElse(directory);
        if (!Files.isDirectory(nearest)) {
            error(key, nearest, "is not a directory; name another place, or remove what is there");
        } else if (!Files.isWritable(nearest) || !Files.isExecutable(nearest)) {
            error(key, nearest, "may not be written; give the user that runs Wharfgate the right to write there");
        }
    }

    private Place place(Key key) {
        return new Place(loaded.origin(key), key.path());
    }

    private void error(Key key, Path path, String message) {
        error(place(key), path, message);
    }

    private void error(Place place, Path path, String message) {
        findings.error(place.origin(), place.name(), path + " " + message);
    }

    private void warning(Key key, Path path, String message) {
        findings.warning(loaded.origin(key), key.path(), path + " " + message);
    }
}
