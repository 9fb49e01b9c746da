package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mistakes that people make most, and to the letter what they are told. */
class MessagesTest {

    @TempDir
    private Path directory;

    @Test
    void aKeyWithATypingError() {
        assertThat(Fixture.in(directory).file("server:", "  lisen: :5443").mistakes())
                .containsExactly("etc/w.yaml:2: server.lisen: unknown key; did you mean server.listen?");
    }

    @Test
    void aKeyInTheWrongSection() {
        assertThat(Fixture.in(directory).file("server:", "  htpasswd: users").mistakes())
                .containsExactly("etc/w.yaml:2: server.htpasswd: unknown key; did you mean auth.htpasswd?");
    }

    @Test
    void aKeyTwice() {
        assertThat(Fixture.in(directory)
                        .file("log:", "  level: info", "  format: text", "  level: debug")
                        .mistakes())
                .containsExactly("etc/w.yaml:4: log.level: is here twice, first in line 2; keep one of them");
    }

    @Test
    void aTab() {
        assertThat(Fixture.in(directory).file("server:", "\tlisten: :5443").mistakes())
                .containsExactly(
                        "etc/w.yaml:2: is not valid YAML: a tab where only spaces may stand; indent with spaces");
    }

    @Test
    void aPortWithoutColon() {
        assertThat(Fixture.in(directory).file("server:", "  listen: 5443").mistakes())
                .containsExactly(
                        "etc/w.yaml:2: server.listen: \"5443\" is only a port; write :5443 for every interface, or"
                                + " 127.0.0.1:5443 for this machine");
    }

    @Test
    void yesForTrue() {
        assertThat(Fixture.in(directory).file("tls:", "  off: yes").mistakes())
                .containsExactly("etc/w.yaml:2: tls.off: \"yes\" is neither true nor false; write true");
    }

    @Test
    void aDurationWithoutUnit() {
        assertThat(Fixture.in(directory).file("server:", "  stall-timeout: 60").mistakes())
                .containsExactly("etc/w.yaml:2: server.stall-timeout: \"60\" has no unit; write 60s for seconds");
    }

    @Test
    void certificateAndSelfSignedTogether() {
        assertThat(Fixture.in(directory)
                        .file("tls:", "  certificate: a.pem", "  self-signed: [localhost]")
                        .mistakes())
                .containsExactly(
                        "etc/w.yaml:3: tls.self-signed: cannot stand beside tls.certificate (etc/w.yaml:2); keep"
                                + " one of tls.certificate, tls.self-signed and tls.off");
    }

    @Test
    void aPathInTheExternalUrl() {
        assertThat(Fixture.in(directory)
                        .file("server:", "  external-url: https://example.com/registry")
                        .mistakes())
                .containsExactly("etc/w.yaml:2: server.external-url: has something behind host and port, but registry"
                        + " clients know no path prefix; remove it");
    }

    @Test
    void aKeyWithoutValue() {
        assertThat(Fixture.in(directory).file("auth:", "  htpasswd:").mistakes())
                .containsExactly("etc/w.yaml:2: auth.htpasswd: has no value; write one, or remove the line to use the"
                        + " default");
    }

    @Test
    void oneValueWhereAListBelongs() {
        assertThat(Fixture.in(directory)
                        .file("server:", "  trusted-proxies: 10.0.0.0/8")
                        .mistakes())
                .containsExactly("etc/w.yaml:2: server.trusted-proxies: takes a list; write it in brackets:"
                        + " \"trusted-proxies: [one, two]\"");
    }

    @Test
    void aGatewayWithAStorageOfItsOwn() {
        assertThat(Fixture.in(directory)
                        .file("storage:", "  delete: true", "upstream:", "  url: http://localhost:5000")
                        .mistakes())
                .containsExactly("etc/w.yaml:3: upstream: excludes storage (etc/w.yaml:1); keep one of the two");
    }

    @Test
    void allMistakesAtOnceFromTopToBottomThenVariables() {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_LOG_FORMAT", "xml")
                        .variable("REGISTRY_HTTP_ADDR", "http://:5000")
                        .file("log:", "  level: loud", "server:", "  max-connections: 0", "  colour: red", "tsl: {}")
                        .mistakes())
                .containsExactly(
                        "etc/w.yaml:2: log.level: \"loud\" is not one of the choices; write one of: error, warn, info,"
                                + " debug, trace",
                        "etc/w.yaml:4: server.max-connections: \"0\" is no number that fits; write one from 1 to 1000000",
                        "etc/w.yaml:5: server.colour: unknown key; remove it; conf/wharfgate.yaml lists every key",
                        "etc/w.yaml:6: tsl: unknown key; did you mean tls?",
                        "REGISTRY_HTTP_ADDR: server.listen: \"http://:5000\" is a URL, but an address is needed; write it"
                                + " like 0.0.0.0:5443, localhost:5443, [::1]:5443 or :5443",
                        "WHARFGATE_LOG_FORMAT: log.format: \"xml\" is not one of the choices; write one of: text, json");
    }
}
