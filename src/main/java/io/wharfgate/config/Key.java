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
    AUTH_THROTTLE("auth.throttle"),
    AUTH_TOKEN_KEYS("auth.token.keys"),
    AUTH_TOKEN_SERVICE("auth.token.service"),
    AUTH_TOKEN_EXPIRY("auth.token.expiry"),
    AUTH_TOKEN_REFRESH_EXPIRY("auth.token.refresh-expiry"),
    AUTH_PERSONAL_TOKENS("auth.personal-tokens"),
    STORAGE_FILESYSTEM_ROOT("storage.filesystem.root"),
    STORAGE_DELETE("storage.delete"),
    STORAGE_SPARSE_MANIFESTS("storage.sparse-manifests"),
    STORAGE_RULES("storage.rules"),
    STORAGE_UPLOAD_EXPIRY("storage.upload-expiry"),
    STORAGE_GC_SCHEDULE("storage.gc.schedule"),
    STORAGE_GC_GRACE("storage.gc.grace"),
    STORAGE_GC_UNTAGGED("storage.gc.untagged"),
    STORAGE_GC_UNDELETE("storage.gc.undelete"),
    STORAGE_GC_RATE("storage.gc.rate"),
    UPSTREAM_URL("upstream.url"),
    UPSTREAM_ADDRESSES("upstream.addresses", Form.LIST),
    UPSTREAM_USERNAME("upstream.username"),
    UPSTREAM_PASSWORD("upstream.password"),
    UPSTREAM_PASSWORD_FILE("upstream.password-file"),
    UPSTREAM_TOKEN_REALMS("upstream.token-realms", Form.LIST),
    UPSTREAM_CA("upstream.ca"),
    UPSTREAM_CLIENT_CERTIFICATE("upstream.client-certificate"),
    UPSTREAM_CLIENT_KEY("upstream.client-key"),
    UPSTREAM_CLIENT_KEY_PASSWORD_FILE("upstream.client-key-password-file"),
    UPSTREAM_HOST("upstream.host"),
    UPSTREAM_USER_HEADER("upstream.user-header"),
    UPSTREAM_REQUEST_HEADERS_REMOVE("upstream.request-headers.remove", Form.LIST),
    UPSTREAM_REQUEST_HEADERS_SET("upstream.request-headers.set", Form.MAP),
    UPSTREAM_REQUEST_HEADERS_ADD("upstream.request-headers.add", Form.MAP),
    UPSTREAM_RESPONSE_HEADERS_REMOVE("upstream.response-headers.remove", Form.LIST),
    UPSTREAM_RESPONSE_HEADERS_SET("upstream.response-headers.set", Form.MAP),
    UPSTREAM_RESPONSE_HEADERS_ADD("upstream.response-headers.add", Form.MAP),
    UPSTREAM_CONNECT_TIMEOUT("upstream.connect-timeout"),
    UPSTREAM_LEASE_TIMEOUT("upstream.lease-timeout"),
    UPSTREAM_READ_TIMEOUT("upstream.read-timeout"),
    UPSTREAM_MAX_CONNECTIONS("upstream.max-connections"),
    UPSTREAM_REDIRECTS("upstream.redirects"),
    UPSTREAM_HEALTH_PATH("upstream.health.path"),
    UPSTREAM_HEALTH_INTERVAL("upstream.health.interval"),
    UPSTREAM_HEALTH_TIMEOUT("upstream.health.timeout"),
    UPSTREAM_HEALTH_FAILURES("upstream.health.failures"),
    UPSTREAM_OPEN_PATHS("upstream.open-paths", Form.LIST),
    OPS_LISTEN("ops.listen"),
    OPS_MIN_FREE_SPACE("ops.min-free-space"),
    OPS_CONTROL("ops.control"),
    LOG_FORMAT("log.format"),
    LOG_LEVEL("log.level"),
    LOG_ACCESS("log.access"),
    LOG_AUDIT("log.audit");

    /** How a key's value is written. */
    enum Form {
        ONE,
        LIST,
        /** Names with values; a list of {@code name=value} in a variable. */
        MAP
    }

    private static final String UPSTREAM = "upstream";

    /**
     * The one section whose entries have names of the user's choice: repository prefixes. In each stand the keys of
     * {@code upstream} once more.
     */
    static final String PREFIXES = UPSTREAM + ".prefixes";

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

    /** Whether it belongs to the gateway in front of another registry. */
    boolean upstream() {
        return path.startsWith(UPSTREAM + ".");
    }

    /** Whether it belongs to a registry of our own. */
    boolean storage() {
        return path.startsWith("storage.");
    }

    /** Whether there is one for each upstream, so that it may stand in an entry of {@link #PREFIXES} too. */
    boolean ofEachUpstream() {
        return upstream() && this != UPSTREAM_OPEN_PATHS;
    }

    /**
     * Where this key of {@code upstream} stands in an entry of {@link #PREFIXES}.
     *
     * @param entry {@code upstream.prefixes.team}
     */
    String pathIn(String entry) {
        return entry + path.substring(UPSTREAM.length());
    }

    /** The other way round: what a path in an entry of {@link #PREFIXES} would be in {@code upstream} itself. */
    static String outside(String entry, String path) {
        return UPSTREAM + path.substring(entry.length());
    }

    static Optional<Key> atPath(String path) {
        return Arrays.stream(values()).filter(k -> k.path.equals(path)).findFirst();
    }

    static Optional<Key> ofVariable(String name) {
        return Arrays.stream(values()).filter(k -> k.variable().equals(name)).findFirst();
    }

    /** All sections. */
    static Set<String> sections() {
        var sections = new LinkedHashSet<String>();
        for (Key key : values()) {
            for (int dot = key.path.indexOf('.'); dot >= 0; dot = key.path.indexOf('.', dot + 1)) {
                sections.add(key.path.substring(0, dot));
            }
        }
        sections.add(PREFIXES);
        return Collections.unmodifiableSet(sections);
    }
}
