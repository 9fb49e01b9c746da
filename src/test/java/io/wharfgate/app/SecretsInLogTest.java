package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.auth.personal.PersonalTokenEditor;
import io.wharfgate.auth.personal.TokenGrant;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What must not get into the log, however much is logged. */
class SecretsInLogTest {

    private static final String WRONG = "wrong-battery-8";
    private static final String LATER = "later-staple-9";

    @TempDir
    private Path directory;

    private final Collection<String> logged = new ConcurrentLinkedQueue<>();
    private final Logger root =
            ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final List<Appender<ILoggingEvent>> before = new ArrayList<>();
    private Level levelBefore = Level.WARN;

    private final class Everything extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            // As it is written, and as it came.
            logged.add(LogLine.of(event).text() + event.getFormattedMessage());
        }
    }

    @BeforeEach
    void listen() {
        levelBefore = root.getLevel();
        root.iteratorForAppenders().forEachRemaining(before::add);
        before.forEach(root::detachAppender);
        Everything everything = new Everything();
        everything.setContext(root.getLoggerContext());
        everything.start();
        root.addAppender(everything);
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        root.detachAndStopAllAppenders();
        before.forEach(appender -> {
            appender.start();
            root.addAppender(appender);
        });
        root.setLevel(levelBefore);
    }

    @Test
    void noPasswordAndNoAuthorizationAppearsAtTheFinestLevel() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory);
        try (RunningService service = setup.start()) {
            RegistryUnderTest registry = service.registry();
            RegistryClient client = registry.client();
            client.pushImage("logged", "latest");
            client.as(RunningService.USER, WRONG, "/v2/");
            client.as("nobody", WRONG, "/v2/logged/tags/list");
            client.as(WRONG + "\n", WRONG, "/v2/");
            try (RawTls raw = registry.raw()) {
                raw.anonymous("GET /v2/", "Authorization: Bearer " + WRONG);
                raw.expectError(401, "UNAUTHORIZED");
                raw.request("GET /v2/UPPER/tags/list");
                raw.expectError(400, "NAME_INVALID");
            }
            new HtpasswdEditor(setup.htpasswd()).remove(RunningService.USER);
            setup.addUser(RunningService.USER, LATER);
            service.reload();
            client.as(RunningService.USER, LATER, "/v2/");
        }
        assertThat(logged).as("the test listens").anyMatch(line -> line.contains("login refused"));
        String hash = Files.readString(setup.htpasswd()).trim().substring(RunningService.USER.length() + 1);
        for (String secret : List.of(
                RunningService.PASSWORD,
                LATER,
                hash,
                base64(RunningService.USER, RunningService.PASSWORD),
                base64(RunningService.USER, WRONG),
                base64("nobody", WRONG),
                base64(RunningService.USER, LATER),
                "Bearer " + WRONG)) {
            assertThat(logged).noneMatch(line -> line.contains(secret));
        }
        // As a user name it may be named; as a password never: no line names it beside the user who typed it.
        assertThat(logged).noneMatch(line -> line.contains(WRONG) && !line.contains("there is no user"));
    }

    @Test
    void firstPasswordDoesNotAppearEither() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory);
        try (Wharfgate service = Wharfgate.of(setup.config(true))) {
            service.start();
        }
        String password = Files.readString(FirstStart.passwordFile(directory)).trim();
        assertThat(logged).isNotEmpty().noneMatch(line -> line.contains(password));
    }

    @Test
    void noTokenAppearsInTheLogsNorInTheAuditLog() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory);
        setup.addUser(RunningService.USER, RunningService.PASSWORD);
        String personal = new PersonalTokenEditor(directory.resolve("personal-tokens.json"), Clock.systemUTC())
                .create(
                        RunningService.USER,
                        "ci",
                        TokenGrant.parse(List.of("team/**"), List.of("pull")),
                        Optional.of(Duration.ofDays(1)))
                .text()
                .reveal();
        Path audit = directory.resolve("audit.log");
        List<String> secrets = new ArrayList<>(List.of(RunningService.PASSWORD, WRONG));
        try (Wharfgate service = Wharfgate.of(AuditLogTest.auditing(setup.config(), audit))) {
            service.start();
            HttpClient http = HttpClient.newBuilder()
                    .sslContext(RunningService.trusting(service.ownAuthority().orElseThrow()))
                    .build();
            String base = "https://localhost:" + service.port();
            String wanted = "service=registry.example.com&scope=repository:team/app:pull";
            for (String password : List.of(RunningService.PASSWORD, personal, WRONG)) {
                String basic = base64(RunningService.USER, password);
                HttpResponse<String> answer =
                        send(http, base + "/auth/token?offline_token=true&account=x&" + wanted, "Basic " + basic, "");
                JsonNode told = new ObjectMapper().readTree(answer.body());
                String token = told.path("token").asText(WRONG);
                String refresh = told.path("refresh_token").asText(WRONG);
                String form = "client_id=x&" + wanted + "&grant_type=";
                send(
                        http,
                        base + "/auth/token",
                        "",
                        form + "password&username=" + RunningService.USER + "&password=" + password);
                send(http, base + "/auth/token", "", form + "refresh_token&refresh_token=" + refresh);
                send(http, base + "/auth/token", "", form + "refresh_token&refresh_token=" + token);
                send(http, base + "/v2/team/app/tags/list", "Bearer " + token, "");
                send(http, base + "/v2/team/app/tags/list", "Bearer " + refresh, "");
                send(http, base + "/v2/team/app/tags/list?access_token=" + token, "Basic " + basic, "");
                send(http, base + "/v2/other/tags/list", "Bearer " + token + "x", "");
                secrets.addAll(List.of(basic, password, token, refresh));
            }
        }
        List<String> lines = Files.readAllLines(audit);
        assertThat(lines).hasSize(24);
        assertThat(lines)
                .anyMatch(line -> line.contains("\"token.issued\""))
                .anyMatch(line -> line.contains("\"token.refused\""))
                .anyMatch(line -> line.contains("\"login.failed\""))
                .anyMatch(line -> line.contains("\"scopes\":[\"repository:team/app:pull\"]"))
                .anyMatch(line -> line.contains("\"issued_for\":\"password\""))
                .anyMatch(line -> line.contains("\"personal_token\":"));
        for (String secret : secrets) {
            assertThat(lines).noneMatch(line -> line.contains(secret));
            assertThat(logged).noneMatch(line -> line.contains(secret));
        }
        assertThat(logged).anyMatch(line -> line.contains("path=/auth/token"));
    }

    private static HttpResponse<String> send(HttpClient http, String uri, String authorization, String form)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(30));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (!form.isEmpty()) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String base64(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
