package io.wharfgate.config;

import io.wharfgate.tls.TlsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the files and directories that a configuration names, as far as that can be done without starting. Looks
 * only: it makes, changes and locks nothing.
 */
public final class Inspection {

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

    public static Report of(LoadedConfiguration loaded) {
        var inspection = new Inspection(loaded);
        inspection.tls();
        inspection.htpasswd();
        inspection.writable(
                Key.STORAGE_FILESYSTEM_ROOT, inspection.config.storage().root());
        inspection.dataDirectory();
        return new Report(inspection.findings.errors(), inspection.findings.warnings());
    }

    private void tls() {
        if (!(config.tls() instanceof TlsConfig.Files files)) {
            return;
        }
        boolean both = pem(Key.TLS_CERTIFICATE, files.certificate(), "-----BEGIN CERTIFICATE-----", "certificate");
        if (both) {
            pem(Key.TLS_KEY, files.key(), "PRIVATE KEY-----", "private key");
        }
    }

    private boolean pem(Key key, Path file, String mark, String what) {
        if (Files.notExists(file)) {
            warning(key, file, "does not exist yet; the service waits for it");
        } else if (!Files.isRegularFile(file)) {
            error(key, file, "is not a file; name the PEM file itself");
        } else {
            try {
                if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(mark)) {
                    error(key, file, "holds no " + what + " in PEM form; name the file that does");
                }
                return true;
            } catch (IOException e) {
                error(key, file, "cannot be read; give the user that runs Wharfgate the right to read it");
            }
        }
        return false;
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

    private void error(Key key, Path path, String message) {
        findings.error(loaded.origin(key), key.path(), path + " " + message);
    }

    private void warning(Key key, Path path, String message) {
        findings.warning(loaded.origin(key), key.path(), path + " " + message);
    }
}
