package io.wharfgate.config;

import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Origin;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The {@code REGISTRY_*} variables that people have from {@code registry:2}. As there, they are stronger than the file;
 * they are weaker than our own. What would silently put data or users elsewhere is refused, the rest has no effect.
 * Their values may be secrets and are not shown.
 */
final class RegistryVariables {

    private static final Map<String, Key> OURS = Map.of(
            "REGISTRY_HTTP_ADDR", Key.SERVER_LISTEN,
            "REGISTRY_HTTP_TLS_CERTIFICATE", Key.TLS_CERTIFICATE,
            "REGISTRY_HTTP_TLS_KEY", Key.TLS_KEY,
            "REGISTRY_AUTH_HTPASSWD_REALM", Key.AUTH_REALM,
            "REGISTRY_AUTH_HTPASSWD_PATH", Key.AUTH_HTPASSWD,
            "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", Key.STORAGE_FILESYSTEM_ROOT,
            "REGISTRY_STORAGE_DELETE_ENABLED", Key.STORAGE_DELETE);

    /** Without effect, but there is a key that does it. */
    private static final Map<String, Key> INSTEAD = Map.of(
            "REGISTRY_HTTP_HOST", Key.SERVER_EXTERNAL_URL,
            "REGISTRY_HTTP_DRAINTIMEOUT", Key.SERVER_DRAIN_TIMEOUT,
            "REGISTRY_HTTP_DEBUG_ADDR", Key.OPS_LISTEN,
            "REGISTRY_LOG_LEVEL", Key.LOG_LEVEL,
            "REGISTRY_LOGLEVEL", Key.LOG_LEVEL,
            "REGISTRY_LOG_FORMATTER", Key.LOG_FORMAT);

    private static final Pattern OTHER_STORAGE =
            Pattern.compile("REGISTRY_STORAGE_(S3|S3AWS|AZURE|GCS|SWIFT|OSS|COS|INMEMORY)(_\\w+)?");
    private static final Pattern OTHER_AUTH = Pattern.compile("REGISTRY_AUTH_(TOKEN|SILLY|NONE)(_\\w+)?");

    private final Map<Key, Given> values = new EnumMap<>(Key.class);
    private final Findings findings;
    private Optional<Origin> storageDriver = Optional.empty();

    RegistryVariables(Map<String, String> environment, Findings findings) {
        this.findings = findings;
        new TreeMap<>(environment).forEach((name, text) -> {
            if (name.startsWith("REGISTRY_") && !text.isBlank()) {
                read(name, text);
            }
        });
    }

    Map<Key, Given> values() {
        return values;
    }

    /** Where the one driver that there is was asked for. */
    Optional<Origin> storageDriver() {
        return storageDriver;
    }

    private void read(String name, String text) {
        var origin = new Origin.Variable(name);
        Key key = OURS.get(name);
        if (key != null) {
            values.put(key, EnvironmentValues.given(key, origin, text));
        } else if (name.equals("REGISTRY_STORAGE")
                || OTHER_STORAGE.matcher(name).matches()) {
            if (name.equals("REGISTRY_STORAGE") && text.strip().equals("filesystem")) {
                storageDriver = Optional.of(origin);
            } else {
                findings.error(
                        origin,
                        "",
                        "this version stores on the local disk only; set REGISTRY_STORAGE=filesystem, or remove it");
            }
        } else if (name.equals("REGISTRY_AUTH") || OTHER_AUTH.matcher(name).matches()) {
            if (!(name.equals("REGISTRY_AUTH") && text.strip().equals("htpasswd"))) {
                findings.error(
                        origin,
                        "",
                        "this version knows users from an htpasswd file only; set REGISTRY_AUTH=htpasswd, or remove it");
            }
        } else if (name.equals("REGISTRY_PROXY") || name.startsWith("REGISTRY_PROXY_")) {
            findings.error(origin, "", "this version is no pull-through cache; remove it");
        } else if (!name.equals("REGISTRY_HTTP_SECRET")) {
            // REGISTRY_HTTP_SECRET signs upload states there; ours live with the data and need no key.
            noEffect(name, origin);
        }
    }

    private void noEffect(String name, Origin origin) {
        Key instead = INSTEAD.get(name);
        findings.warning(
                origin,
                "",
                "has no effect here; "
                        + (instead == null ? "remove it" : "set " + instead.path() + " or " + instead.variable()));
    }
}
