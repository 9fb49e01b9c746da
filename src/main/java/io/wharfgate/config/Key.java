package io.wharfgate.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Every key there is, in the order in which the effective configuration is printed. */
enum Key {
    SERVER_LISTEN("server.listen"),
    SERVER_REDIRECT_HTTP("server.redirect-http"),
    SERVER_EXTERNAL_URL("server.external-url"),
    SERVER_TRUSTED_PROXIES("server.trusted-proxies", Form.LIST),
    SERVER_DATA_DIRECTORY("server.data-directory"),
    SERVER_STALL_TIMEOUT("server.stall-timeout"),
    SERVER_DRAIN_TIMEOUT("server.drain-timeout"),
    SERVER_MAX_CONNECTIONS("server.max-connections"),
    SERVER_SOCKET_BUFFER("server.socket-buffer"),
    SERVER_WORKER_THREADS("server.worker-threads"),
    TLS_CERTIFICATE("tls.certificate"),
    TLS_KEY("tls.key"),
    TLS_KEY_PASSWORD_FILE("tls.key-password-file"),
    TLS_SELF_SIGNED("tls.self-signed", Form.LIST),
    TLS_OFF("tls.off"),
    AUTH_REALM("auth.realm"),
    AUTH_HTPASSWD("auth.htpasswd"),
    AUTH_ACCESS("auth.access"),
    AUTH_CHALLENGE("auth.challenge"),
    AUTH_CACHE_EXPIRY("auth.cache-expiry"),
    STORAGE_FILESYSTEM_ROOT("storage.filesystem.root"),
    STORAGE_DELETE("storage.delete"),
    UPSTREAM_URL("upstream.url"),
    UPSTREAM_USERNAME("upstream.username"),
    UPSTREAM_PASSWORD("upstream.password"),
    UPSTREAM_PASSWORD_FILE("upstream.password-file"),
    UPSTREAM_CA("upstream.ca"),
    UPSTREAM_READ_TIMEOUT("upstream.read-timeout"),
    OPS_LISTEN("ops.listen"),
    LOG_FORMAT("log.format"),
    LOG_LEVEL("log.level");

    /** How a key's value is written. */
    enum Form {
        ONE,
        LIST
    }

    private final String path;
    private final Form form;

    Key(String path) {
        this(path, Form.ONE);
    }

    Key(String path, Form form) {
        this.path = path;
        this.form = form;
    }

    /** {@code server.listen}. */
    String path() {
        return path;
    }

    Form form() {
        return form;
    }

    /** {@code server}; {@code storage.filesystem} for a key two sections deep. */
    String section() {
        return path.substring(0, path.lastIndexOf('.'));
    }

    /** The path's last part. */
    String leaf() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** {@code WHARFGATE_SERVER_LISTEN}. */
    String variable() {
        return variable(path);
    }

    /** The variable that sets this path, if there is such a key. */
    static String variable(String path) {
        return "WHARFGATE_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Whether it belongs to the gateway in front of another registry, which this version refuses. */
    boolean upstream() {
        return section().equals("upstream");
    }

    static Optional<Key> atPath(String path) {
        return Arrays.stream(values()).filter(k -> k.path.equals(path)).findFirst();
    }

    static Optional<Key> ofVariable(String name) {
        return Arrays.stream(values()).filter(k -> k.variable().equals(name)).findFirst();
    }

    /** All sections, outer ones before those inside them. */
    static Set<String> sections() {
        var sections = new LinkedHashSet<String>();
        for (Key key : values()) {
            for (int dot = key.path.indexOf('.'); dot >= 0; dot = key.path.indexOf('.', dot + 1)) {
                sections.add(key.path.substring(0, dot));
            }
        }
        return Collections.unmodifiableSet(sections);
    }
}
