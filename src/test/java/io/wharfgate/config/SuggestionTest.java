package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {

    @ParameterizedTest
    @CsvSource({
        "server.lisen, server.listen",
        "server.lsiten, server.listen",
        "server.external_url, server.external-url",
        "server.externalUrl, server.external-url",
        "tls.cert, tls.certificate",
        "tls.selfsigned, tls.self-signed",
        "server.htpasswd, auth.htpasswd",
        "htpasswd, auth.htpasswd",
        "storage.root, storage.filesystem.root",
        "storage.filesystem.rootdirectory, storage.filesystem.root",
        "storage.filesystem.delete, storage.delete",
        "sever, server",
        "http, server",
        "Server, server",
        "LOG, log",
        "upstream.ulr, upstream.url",
        "upstream.prefix, upstream.prefixes",
        "upstream.address, upstream.addresses",
        "upstream.user, upstream.username",
        "upstream.passwordFile, upstream.password-file",
        "upstream.request_headers, upstream.request-headers",
        "upstream.health.intervall, upstream.health.interval",
        "gateway, upstream"
    })
    void nearestKeys(String unknown, String meant) {
        assertThat(Suggestion.forPath(unknown)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"colour", "server.colour", "x", "", ".", "a.b.c.d", "version"})
    void nothingNear(String unknown) {
        assertThat(Suggestion.forPath(unknown)).isEmpty();
    }
}
