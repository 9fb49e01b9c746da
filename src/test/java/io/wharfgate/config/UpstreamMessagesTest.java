package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mistakes that can be made with a gateway, and what people are told. */
class UpstreamMessagesTest {

    private static final String URL = "url: 'http://localhost:5000'";
    private static final String HTTPS = "url: 'https://registry.example.com'";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1:5000 | does not start with http:// or https://; write it like http://127.0.0.1:5000",
                "ftp://a | does not start with http:// or https://",
                "http:// | is not a URL",
                "http:///x | has no valid host or port",
                "http://my_registry:99999 | has no valid host or port",
                "http://a:0 | has no valid host or port",
                "http://a:70000 | has no valid host or port",
                "http://u:hunter2@a | holds a user or password; remove it, and write username and password-file",
                "http://u:hunter2@my_registry | holds a user or password",
                "http://a/?hunter2 | has something behind its path; remove it from the ? or # on",
                "http://a#x | has something behind its path",
                "http://a/v2/ | ends in /v2/, which every request has anyway; remove that",
                "http://a/base/v2 | ends in /v2/, which every request has anyway; remove that",
                "http://a/x//y | has a path with //, dot segments, escapes or ;",
                "http://a/../y | has a path with //, dot segments, escapes or ;",
                "http://a/%2e%2e | has a path with //, dot segments, escapes or ;",
                "http://a/x;y | has a path with //, dot segments, escapes or ;",
            })
    void urlsThatCannotBeForwardedTo(String url, String message) {
        assertThat(mistakes("url: '" + url + "'"))
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:2: upstream.url: " + message)
                .doesNotContain("hunter2");
        assertThat(mistakes("addresses: ['" + url + "']"))
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:2: upstream.addresses: " + message)
                .doesNotContain("hunter2");
    }

    @Test
    void oneOfUrlAndAddresses() {
        assertThat(Fixture.in(directory).file("upstream:").mistakes())
                .containsExactly("etc/w.yaml:1: upstream: has no url; write where the registry is, such as url:"
                        + " http://127.0.0.1:5000");
        assertThat(mistakes("prefixes:", "  team:"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.prefixes.team: has no url; write where the registry is, such as"
                                + " url: http://127.0.0.1:5000");
        assertThat(mistakes("max-connections: 2", "prefixes: {team: {url: 'http://localhost:1'}}"))
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:1: upstream: has no url");
        assertThat(mistakes(URL, "addresses: ['http://localhost:5000']"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.addresses: cannot stand beside upstream.url (etc/w.yaml:2); keep"
                                + " one of the two");
        assertThat(mistakes("addresses: []"))
                .containsExactly("etc/w.yaml:2: upstream.addresses: names no address; write at least one, such as"
                        + " [http://127.0.0.1:5000]");
    }

    @Test
    void addressesOfOneRegistryAreAlike() {
        assertThat(mistakes("addresses: ['http://a', 'https://b']"))
                .containsExactly(
                        "etc/w.yaml:2: upstream.addresses: https://b differs from http://a in its scheme or path,"
                                + " but all have to be the same registry; make them alike, or use upstream.prefixes");
        assertThat(mistakes("addresses: ['http://a/x', 'http://b/x/', 'http://c/y']"))
                .hasSize(1);
        assertThat(mistakes("addresses: ['http://a', 'http://A:80/']"))
                .containsExactly("etc/w.yaml:2: upstream.addresses: http://a:80 is here twice; keep one of them");
    }

    @Test
    void aGatewayDoesNotCallItself() {
        assertThat(mistakes("url: https://127.0.0.1:5443"))
                .containsExactly("etc/w.yaml:2: upstream.url: https://127.0.0.1:5443 is this gateway itself"
                        + " (server.listen), which would call itself for ever; name the registry behind it");
        assertThat(Fixture.in(directory)
                        .file(
                                "server: {listen: '10.0.0.1:1', external-url: 'https://r.example', redirect-http: ':80'}",
                                "ops: {listen: 'localhost:9'}",
                                "upstream:",
                                "  addresses: ['http://R.example:443', 'http://[::1]', 'http://127.0.0.1:9', 'http://10.0.0.1:1']")
                        .mistakes())
                .extracting(line -> line.replaceAll(".*itself \\((.*?)\\).*", "$1"))
                .containsExactly("server.external-url", "server.redirect-http", "ops.listen", "server.listen");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.2:5000", "http://10.0.0.2:5443", "https://r.example:5000"})
    void whatOnlyLooksLikeItselfIsAnother(String url) throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file(
                                "server: {listen: '10.0.0.1:5443', external-url: 'https://r.example'}",
                                "ops: {listen: '127.0.0.1:5000'}",
                                "upstream: {url: '" + url + "'}")
                        .config()
                        .upstream())
                .isPresent();
    }

    @Test
    void aLoginHasTwoParts() throws Exception {
        assertThat(mistakes(URL, "username: me"))
                .containsExactly("etc/w.yaml:3: upstream.username: has no password; set upstream.password-file too, or"
                        + " remove it");
        assertThat(mistakes(URL, "password: hunter2"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.password: is set, but upstream.username is not; set it, or remove"
                                + " this");
        assertThat(mistakes(URL, "token-realms: [a]"))
                .containsExactly("etc/w.yaml:3: upstream.token-realms: is set, but upstream.username is not; set it, or"
                        + " remove this");
        Files.writeString(directory.resolve("pw"), "hunter2");
        assertThat(mistakes(URL, "username: me", "password: hunter2", "password-file: ../pw"))
                .containsExactly("etc/w.yaml:5: upstream.password-file: cannot stand beside upstream.password"
                        + " (etc/w.yaml:4); keep one of the two");
        assertThat(mistakes(URL, "username: 'me:hunter2'", "password: \"hun\\nter2\""))
                .containsExactly(
                        "etc/w.yaml:3: upstream.username: is no user name; write it without : and control characters, and"
                                + " the password at its own key",
                        "etc/w.yaml:4: upstream.password: holds a control character; write the password alone, on one"
                                + " line");
    }

    @Test
    void aPasswordFileHoldsAPassword() throws Exception {
        assertThat(mistakes(URL, "username: me", "password-file: hunter2"))
                .containsExactly(
                        "etc/w.yaml:4: upstream.password-file: names no file; write the path of the file with the"
                                + " password");
        Files.writeString(directory.resolve("pw"), "me\nhunter2\n");
        assertThat(mistakes(URL, "username: me", "password-file: ../pw"))
                .containsExactly(
                        "etc/w.yaml:4: upstream.password-file: names a file with more than a password; write the"
                                + " password alone into it, on one line");
        Files.writeString(directory.resolve("pw"), "\n");
        assertThat(mistakes(URL, "username: me", "password-file: ../pw"))
                .containsExactly(
                        "etc/w.yaml:4: upstream.password-file: names an empty file; write the password into it");
    }

    @Test
    void aPasswordInTheClearIsAWarning() throws ConfigurationException {
        List<String> login = List.of("username: me", "password: hunter2");
        assertThat(warnings("url: http://10.0.0.1:5000", login.get(0), login.get(1)))
                .containsExactly("etc/w.yaml:3: upstream.username: the password crosses the network unencrypted, as the"
                        + " upstream is http://; use https://, or keep that network to the two");
        assertThat(warnings(URL, login.get(0), login.get(1))).isEmpty();
        assertThat(warnings(HTTPS, login.get(0), login.get(1))).isEmpty();
    }

    @Test
    void theMaskIsNoPassword() throws ConfigurationException {
        assertThat(warnings(
                        URL, "username: me", "password: '********'", "request-headers: {set: {X-Api-Key: '********'}}"))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("etc/w.yaml:4: upstream.password: is only what check-config"),
                        line -> assertThat(line)
                                .startsWith("etc/w.yaml:5: upstream.request-headers.set: has for X-Api-Key"));
    }

    @Test
    void certificatesAreForHttps() {
        assertThat(mistakes(URL, "ca: a.pem", "client-certificate: b.pem"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.ca: is for https://, but upstream.url (etc/w.yaml:2) is http://; change"
                                + " that, or remove this",
                        "etc/w.yaml:4: upstream.client-certificate: is for https://, but upstream.url (etc/w.yaml:2) is"
                                + " http://; change that, or remove this");
        assertThat(mistakes(HTTPS, "client-key: b.key"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.client-key: is set, but upstream.client-certificate is not; set it,"
                                + " or remove this");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "request | Host | Host is replaced by the setting host; use that",
                "request | authorization | authorization is made from the settings username and password-file; use those",
                "request | Transfer_Encoding | Transfer_Encoding is made anew for every connection; remove it",
                "request | Proxy-Authorization | Proxy-Authorization is made anew for every connection; remove it",
                "request | Expect | Expect is made anew for every connection; remove it",
                "request | 'X Team' | has a header name with a character that none can have; write the name alone",
                "request | Via | Via is how a gateway finds out that it calls itself",
                "response | Content-Length | Content-Length is made anew for every connection; remove it",
                "response | Connection | Connection is made anew for every connection; remove it",
                "response | WWW-Authenticate | WWW-Authenticate asks for this gateway's own passwords",
                "response | Docker-Distribution-Api-Version | Docker-Distribution-Api-Version is in every answer once",
                "response | X-Request-Id | X-Request-Id is the request's number",
            })
    void headersThatAreNotForRules(String direction, String name, String message) {
        String key = direction + "-headers";
        for (String rule : List.of("set", "add")) {
            assertThat(mistakes(URL, key + ":", "  " + rule + ": {'" + name + "': hunter2}"))
                    .singleElement()
                    .asString()
                    .startsWith("etc/w.yaml:4: upstream." + key + "." + rule + ": " + message)
                    .doesNotContain("hunter2");
        }
        assertThat(mistakes(URL, key + ":", "  remove: ['" + name + "']"))
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:4: upstream." + key + ".remove: " + message);
    }

    @Test
    void headerValuesFitIntoAHeaderAndAreNotShown() {
        assertThat(mistakes(URL, "request-headers: {set: {X-A: \"hunter2\\r\\nX-B: 1\"}}"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.request-headers.set: has no value for X-A that fits into a header;"
                                + " write one line of ASCII");
        assertThat(mistakes(URL, "request-headers: {set: {X-A: }}"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.request-headers.set.X-A: has no value; write one, or remove the"
                                + " line to use the default");
        assertThat(mistakes(URL, "request-headers: {set: {X-A: 1, x_a: 2}}"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.request-headers.set: x_a is here twice; keep one of them (neither"
                                + " case nor _ for - counts)");
        assertThat(mistakes(URL, "request-headers: {set: [X-A]}"))
                .containsExactly("etc/w.yaml:3: upstream.request-headers.set: takes names with values; write them below"
                        + " it, indented, or in braces: \"set: {Name: value}\"");
        assertThat(mistakes(URL, "request-headers: {set: {'a=b': c}}"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.request-headers.set: has a name with \"=\" in it; write \"Name:"
                                + " value\"");
        assertThat(Fixture.in(directory.resolve("none"))
                        .variable("WHARFGATE_UPSTREAM_URL", "http://localhost:1")
                        .variable("WHARFGATE_UPSTREAM_REQUEST_HEADERS_SET", "X-A=b, hunter2")
                        .mistakes())
                .containsExactly(
                        "WHARFGATE_UPSTREAM_REQUEST_HEADERS_SET: upstream.request-headers.set: has a part without"
                                + " \"=\"; write Name=value,Name2=value2 (a value with a comma in it can stand in the file only)");
    }

    @Test
    void theUsersHeaderIsOurs() {
        assertThat(mistakes(URL, "user-header: X-User", "request-headers: {remove: [x_user]}"))
                .containsExactly("etc/w.yaml:4: upstream.request-headers.remove: x_user is upstream.user-header"
                        + " (etc/w.yaml:3), which only this gateway sets; remove it here");
        assertThat(mistakes(URL, "user-header: X_Forwarded_For"))
                .containsExactly("etc/w.yaml:3: upstream.user-header: X_Forwarded_For has a meaning of its own; choose"
                        + " another, like X-Remote-User");
        assertThat(mistakes(URL, "user-header: Authorization")).hasSize(1);
    }

    @Test
    void prefixesAreBeginningsOfNames() {
        assertThat(mistakes("prefixes:", "  team: {" + URL + "}", "  team/: {" + URL + "}"))
                .containsExactly(
                        "etc/w.yaml:4: upstream.prefixes.team/: is the same prefix as team (etc/w.yaml:3); keep one"
                                + " of them");
        for (String name : List.of("Team", "/team", "team//", "te am", "..", "*", "''")) {
            assertThat(mistakes("prefixes:", "  '" + name.replace("'", "") + "': {" + URL + "}"))
                    .as(name)
                    .singleElement()
                    .asString()
                    .endsWith(
                            "no repository's name can begin so; write whole parts of names in small letters, like team or"
                                    + " team/app");
        }
        assertThat(mistakes("prefixes: {team: 'http://localhost:1'}"))
                .contains(
                        "etc/w.yaml:2: upstream.prefixes.team: is a section, but a value is given; write its keys below"
                                + " it, indented");
    }

    @Test
    void keysInAPrefixAreTheSame() {
        var lines = new ArrayList<>(List.of("prefixes:", "  team:", "    " + URL));
        lines.addAll(
                List.of("    open-paths: [/x]", "    prefixes: {}", "    ulr: x", "    read-timeout: 5", "    ca: x"));
        lines.addAll(List.of("    ulr: y", "    htpasswd: x", "    health: {timout: 1s}"));
        assertThat(mistakes(lines.toArray(String[]::new)))
                .containsExactly(
                        "etc/w.yaml:5: upstream.prefixes.team.open-paths: unknown key; there is one list for all upstreams;"
                                + " move it to upstream.open-paths",
                        "etc/w.yaml:6: upstream.prefixes.team.prefixes: unknown key; prefixes cannot stand inside each"
                                + " other; write team/app beside team",
                        "etc/w.yaml:7: upstream.prefixes.team.ulr: unknown key; did you mean upstream.prefixes.team.url?",
                        "etc/w.yaml:8: upstream.prefixes.team.read-timeout: \"5\" has no unit; write 5s for seconds",
                        "etc/w.yaml:9: upstream.prefixes.team.ca: is for https://, but upstream.prefixes.team.url"
                                + " (etc/w.yaml:4) is http://; change that, or remove this",
                        "etc/w.yaml:10: upstream.prefixes.team.ulr: is here twice, first in line 7; keep one of them",
                        "etc/w.yaml:11: upstream.prefixes.team.htpasswd: unknown key; did you mean auth.htpasswd?",
                        "etc/w.yaml:12: upstream.prefixes.team.health.timout: unknown key; did you mean"
                                + " upstream.prefixes.team.health.timeout?");
    }

    @Test
    void prefixesHaveNoVariables() {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_UPSTREAM_PREFIXES_TEAM_URL", "http://u:hunter2@a")
                        .mistakes())
                .containsExactly(
                        "WHARFGATE_UPSTREAM_PREFIXES_TEAM_URL: upstream.prefixes has no variables; write it into"
                                + " the file");
    }

    @Test
    void storageElsewhereIsNamed() {
        assertThat(Fixture.in(directory)
                        .variable("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/x")
                        .variable("WHARFGATE_UPSTREAM_URL", "http://localhost:1")
                        .mistakes())
                .containsExactly("WHARFGATE_UPSTREAM_URL: upstream: excludes storage"
                        + " (REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY); keep one of the two");
        assertThat(Fixture.in(directory)
                        .variable("REGISTRY_STORAGE", "filesystem")
                        .file("upstream:", "  " + URL)
                        .mistakes())
                .containsExactly("etc/w.yaml:1: upstream: excludes storage (REGISTRY_STORAGE); keep one of the two");
    }

    @Test
    void openPathsAreNarrow() throws ConfigurationException {
        for (String path : List.of("healthz", "/*", "*", "/x*y", "/a//b", "/../x", "/a?b", "/a b", "/%2e")) {
            assertThat(mistakes(URL, "open-paths: ['" + path + "']"))
                    .as(path)
                    .singleElement()
                    .asString()
                    .endsWith(
                            "is not a path that can be opened; write it like /healthz, or /pub/* for all paths that start"
                                    + " so");
        }
        assertThat(warnings(URL, "open-paths: [/v2/pub/*]"))
                .containsExactly("etc/w.yaml:3: upstream.open-paths: lets everybody read /v2/pub/* without a password;"
                        + " remove it if that is not meant");
    }

    @Test
    void hostsAndRangesAndChoices() {
        assertThat(mistakes(
                        URL,
                        "host: https://a",
                        "username: me",
                        "password: x",
                        "token-realms: ['a b']",
                        "connect-timeout: 1h",
                        "max-connections: 0",
                        "redirects: always",
                        "health: {path: v2, failures: 0}"))
                .containsExactly(
                        "etc/w.yaml:3: upstream.host: is a URL, but a host is needed; write it like registry.example.com",
                        "etc/w.yaml:6: upstream.token-realms: \"a b\" is no host; write it like registry.example.com,"
                                + " 192.0.2.7:5000 or [2001:db8::7]:5000",
                        "etc/w.yaml:7: upstream.connect-timeout: \"1h\" is out of range; write a duration from 100ms to 5m",
                        "etc/w.yaml:8: upstream.max-connections: \"0\" is no number that fits; write one from 1 to 100000",
                        "etc/w.yaml:9: upstream.redirects: \"always\" is not one of the choices; write one of: pass, follow",
                        "etc/w.yaml:10: upstream.health.path: \"v2\" is not a path that can be asked for; write it like /v2/,"
                                + " without scheme, host and query",
                        "etc/w.yaml:10: upstream.health.failures: \"0\" is no number that fits; write one from 1 to 100");
    }

    private List<String> mistakes(String... lines) {
        return Fixture.in(directory).file(section(lines)).mistakes();
    }

    private List<String> warnings(String... lines) throws ConfigurationException {
        return Fixture.in(directory).file(section(lines)).warnings();
    }

    private static String[] section(String... lines) {
        var all = new ArrayList<String>(List.of("upstream:"));
        List.of(lines).forEach(line -> all.add("  " + line));
        return all.toArray(String[]::new);
    }
}
