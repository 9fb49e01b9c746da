package io.wharfgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Reach;
import io.wharfgate.auth.access.AccessFile;
import io.wharfgate.http.Answer;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of route with every method, asked for by everybody: what comes back, what the audit log says of it, and that
 * nothing that is denied reaches the backend. With real rules.
 *
 * <p>A new kind of route does not compile until {@link Table} has its rows, and fails {@link #everyKindOfRouteStandsInTheTable}
 * until there is a path for it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteRulesTest {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW");

    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final Digest DIGEST = Digest.parse("sha256:" + "0".repeat(64));
    private static final UploadId UPLOAD = UploadId.parse("6b3c9a93-af5d-473f-a4ff-9710022185cd");

    /** One of each kind, and its path. */
    private static final Map<RegistryRoute, String> ROUTES = Map.of(
            new RegistryRoute.Ping(), "/v2/",
            new RegistryRoute.Catalog(), "/v2/_catalog",
            new RegistryRoute.Tags(APP), "/v2/team/app/tags/list",
            new RegistryRoute.Manifest(APP, new Tag("latest")), "/v2/team/app/manifests/latest",
            new RegistryRoute.Blob(APP, DIGEST), "/v2/team/app/blobs/" + DIGEST,
            new RegistryRoute.Uploads(APP), "/v2/team/app/blobs/uploads/",
            new RegistryRoute.Upload(APP, UPLOAD), "/v2/team/app/blobs/uploads/" + UPLOAD,
            new RegistryRoute.Referrers(APP, DIGEST), "/v2/team/app/referrers/" + DIGEST,
            new RegistryRoute.Other("/v2/team/app/search"), "/v2/team/app/search");

    /** What a request takes. */
    private enum Needs {
        DOOR,
        CATALOG,
        PULL,
        PUSH,
        DELETE,
        EVERYTHING
    }

    /** What comes back. */
    private enum Answered {
        SERVED(200, AuditEvent.Result.SUCCESS),
        /** Say who you are. */
        CHALLENGED(401, AuditEvent.Result.UNAUTHORIZED),
        /** Fetch a wider token. */
        NARROW(401, AuditEvent.Result.UNAUTHORIZED),
        DENIED(403, AuditEvent.Result.DENIED);

        final int status;
        final AuditEvent.Result result;

        Answered(int status, AuditEvent.Result result) {
            this.status = status;
            this.result = result;
        }
    }

    private record Row(Needs needs, AuditOperation operation) {}

    /** By kind of route: what a method takes, and what the audit log calls it. */
    private record Table(String method) implements RegistryRoute.Cases<Row> {

        @Override
        public Row ping(RegistryRoute.Ping route) {
            return new Row(Needs.DOOR, AuditOperation.PING);
        }

        @Override
        public Row catalog(RegistryRoute.Catalog route) {
            return row(reading() ? AuditOperation.CATALOG_LIST : AuditOperation.OTHER, Needs.CATALOG);
        }

        @Override
        public Row tags(RegistryRoute.Tags route) {
            return list(AuditOperation.TAG_LIST);
        }

        @Override
        public Row manifest(RegistryRoute.Manifest route) {
            return switch (method) {
                case "GET" -> row(AuditOperation.MANIFEST_PULL, Needs.PULL);
                case "HEAD" -> row(AuditOperation.MANIFEST_HEAD, Needs.PULL);
                case "PUT" -> row(AuditOperation.MANIFEST_PUSH, Needs.PUSH);
                case "DELETE" -> row(AuditOperation.TAG_DELETE, Needs.DELETE);
                default -> row(AuditOperation.OTHER, Needs.PUSH);
            };
        }

        @Override
        public Row blob(RegistryRoute.Blob route) {
            return switch (method) {
                case "GET" -> row(AuditOperation.BLOB_PULL, Needs.PULL);
                case "HEAD" -> row(AuditOperation.BLOB_HEAD, Needs.PULL);
                case "DELETE" -> row(AuditOperation.BLOB_DELETE, Needs.DELETE);
                default -> row(AuditOperation.OTHER, Needs.PUSH);
            };
        }

        @Override
        public Row uploads(RegistryRoute.Uploads route) {
            return row(method.equals("POST") ? AuditOperation.UPLOAD_START : AuditOperation.OTHER, Needs.PUSH);
        }

        @Override
        public Row upload(RegistryRoute.Upload route) {
            return switch (method) {
                case "GET", "HEAD" -> row(AuditOperation.UPLOAD_STATUS, Needs.PUSH);
                case "PATCH" -> row(AuditOperation.UPLOAD_WRITE, Needs.PUSH);
                case "PUT" -> row(AuditOperation.BLOB_PUSH, Needs.PUSH);
                case "DELETE" -> row(AuditOperation.UPLOAD_CANCEL, Needs.PUSH);
                default -> row(AuditOperation.OTHER, Needs.PUSH);
            };
        }

        @Override
        public Row referrers(RegistryRoute.Referrers route) {
            return list(AuditOperation.REFERRER_LIST);
        }

        @Override
        public Row other(RegistryRoute.Other route) {
            return row(AuditOperation.OTHER, Needs.EVERYTHING);
        }

        private Row list(AuditOperation operation) {
            if (reading()) {
                return row(operation, Needs.PULL);
            }
            return row(AuditOperation.OTHER, method.equals("DELETE") ? Needs.DELETE : Needs.PUSH);
        }

        private boolean reading() {
            return method.equals("GET") || method.equals("HEAD");
        }

        private static Row row(AuditOperation operation, Needs needs) {
            return new Row(needs, operation);
        }
    }

    /** Who asks, and what he gets: for the door, the catalog, pull, push, delete, and everything. */
    private enum Who {
        ANONYMOUS(
                Login.anonymous(),
                Answered.CHALLENGED,
                Answered.SERVED,
                Answered.CHALLENGED,
                Answered.CHALLENGED,
                Answered.CHALLENGED,
                Answered.CHALLENGED),
        ANONYMOUS_WITH_A_TOKEN(
                new Login(new Identity.Anonymous(), new Credential.AccessToken(new Credential.None()), pullOfTheApp()),
                Answered.SERVED,
                Answered.NARROW,
                Answered.NARROW,
                Answered.NARROW,
                Answered.NARROW,
                Answered.NARROW),
        OTHER_USER(
                Login.byPassword("bob"),
                Answered.SERVED,
                Answered.SERVED,
                Answered.DENIED,
                Answered.DENIED,
                Answered.DENIED,
                Answered.DENIED),
        OTHER_USER_WITH_A_TOKEN(
                new Login(
                        new Identity.User("bob"),
                        new Credential.AccessToken(new Credential.Password()),
                        pullOfTheApp()),
                Answered.SERVED,
                Answered.NARROW,
                Answered.DENIED,
                Answered.DENIED,
                Answered.DENIED,
                Answered.DENIED),
        READER(
                Login.byPassword("rita"),
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED,
                Answered.DENIED,
                Answered.DENIED,
                Answered.DENIED),
        ALLOWED_USER(
                Login.byPassword("alice"),
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED,
                Answered.DENIED),
        ALLOWED_USER_WITH_A_NARROW_TOKEN(
                new Login(
                        new Identity.User("alice"),
                        new Credential.AccessToken(new Credential.Password()),
                        pullOfTheApp()),
                Answered.SERVED,
                Answered.NARROW,
                Answered.SERVED,
                Answered.NARROW,
                Answered.NARROW,
                Answered.DENIED),
        ALLOWED_USER_WITH_A_NARROW_PERSONAL_TOKEN(
                new Login(new Identity.User("alice"), new Credential.PersonalToken("ci1"), pullOfTheApp()),
                Answered.SERVED,
                Answered.DENIED,
                Answered.SERVED,
                Answered.DENIED,
                Answered.DENIED,
                Answered.DENIED),
        ADMINISTRATOR(
                Login.byPassword("root"),
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED,
                Answered.SERVED),
        ADMINISTRATOR_WITH_A_NARROW_TOKEN(
                new Login(
                        new Identity.User("root"),
                        new Credential.AccessToken(new Credential.PersonalToken("ci2")),
                        pullOfTheApp()),
                Answered.SERVED,
                Answered.NARROW,
                Answered.SERVED,
                Answered.NARROW,
                Answered.NARROW,
                Answered.NARROW);

        @SuppressWarnings("ImmutableEnumChecker") // A login is, and so are its reaches here.
        final Login login;

        private final Answered door;
        private final Answered catalog;
        private final Answered pull;
        private final Answered push;
        private final Answered delete;
        private final Answered everything;

        Who(
                Login login,
                Answered door,
                Answered catalog,
                Answered pull,
                Answered push,
                Answered delete,
                Answered everything) {
            this.login = login;
            this.door = door;
            this.catalog = catalog;
            this.pull = pull;
            this.push = push;
            this.delete = delete;
            this.everything = everything;
        }

        Answered answered(Needs needs) {
            return switch (needs) {
                case DOOR -> door;
                case CATALOG -> catalog;
                case PULL -> pull;
                case PUSH -> push;
                case DELETE -> delete;
                case EVERYTHING -> everything;
            };
        }

        private static Reach pullOfTheApp() {
            return access -> access instanceof Access.Ping || access.equals(Access.to(Action.PULL, APP));
        }
    }

    private static final String RULES = """
            rules:
              - {users: root, repositories: "**", actions: all}
              - {users: alice, repositories: "team/**", actions: all}
              - {users: rita, repositories: "team/**", actions: pull}
              - {users: anonymous, repositories: "public/**", actions: [pull, list]}
            """;

    private static final Authenticator AUTHENTICATOR =
            (header, client) -> CompletableFuture.completedStage(new AuthenticationResult.Accepted(
                    header.map(name -> Who.valueOf(name).login).orElse(Login.anonymous())));

    private final AtomicInteger served = new AtomicInteger();
    private RulesServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path rules = Files.writeString(directory.resolve("access.yaml"), RULES);
        AccessPolicy policy = AccessFile.open(rules, user -> true);
        server = new RulesServer(AUTHENTICATOR, policy, (HttpServerExchange exchange, RegistryCall call) -> {
            served.incrementAndGet();
            Answer.status(200).text("served").send(exchange);
        });
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void everyKindOfRouteStandsInTheTable() {
        assertThat(ROUTES.keySet())
                .extracting(Object::getClass)
                .extracting(Class::getName)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RegistryRoute.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .toList());
    }

    static Stream<Who> everybody() {
        return Stream.of(Who.values());
    }

    @ParameterizedTest
    @MethodSource("everybody")
    void everyRouteByEveryMethod(Who who) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<RegistryRoute, String> route : ROUTES.entrySet()) {
            for (String method : METHODS) {
                Row row = route.getKey().match(new Table(method));
                served.set(0);
                HttpResponse<String> answer =
                        server.send(method, route.getValue(), who == Who.ANONYMOUS ? "" : who.name());
                wrong.addAll(mistakes(method + " " + route.getValue(), who.answered(row.needs()), answer, method));
                wrong.addAll(audit(method + " " + route.getValue(), who, row, answer));
            }
        }
        assertThat(wrong).isEmpty();
    }

    private List<String> mistakes(String request, Answered expected, HttpResponse<String> answer, String method) {
        List<String> wrong = new ArrayList<>();
        if (answer.statusCode() != expected.status) {
            wrong.add(request + ": " + answer.statusCode() + " and not " + expected);
        }
        if (served.get() != (expected == Answered.SERVED ? 1 : 0)) {
            wrong.add(request + ": " + served.get() + " calls of the backend");
        }
        Optional<String> challenge = answer.headers().firstValue("WWW-Authenticate");
        Optional<String> due = switch (expected) {
            case SERVED, DENIED -> Optional.empty();
            case CHALLENGED -> Optional.of(RulesServer.CHALLENGE);
            case NARROW -> Optional.of(RulesServer.CHALLENGE + " INSUFFICIENT_SCOPE");
        };
        if (!challenge.equals(due)) {
            wrong.add(request + ": challenge " + challenge);
        }
        String code = switch (expected) {
            case SERVED -> "served";
            case DENIED -> "\"code\":\"DENIED\"";
            case CHALLENGED, NARROW -> "\"code\":\"UNAUTHORIZED\"";
        };
        if (!method.equals("HEAD") && !answer.body().contains(code)) {
            wrong.add(request + ": " + answer.body());
        }
        if (expected != Answered.DENIED && answer.body().contains("access.yaml")) {
            wrong.add(request + ": tells the rule");
        }
        return wrong;
    }

    private List<String> audit(String request, Who who, Row row, HttpResponse<String> answer) throws Exception {
        Answered expected = who.answered(row.needs());
        if (row.operation() == AuditOperation.PING && expected == Answered.SERVED) {
            return List.of();
        }
        AuditEvent event = server.event();
        boolean sound = event.requestId()
                        .equals(answer.headers().firstValue("X-Request-Id").orElse(""))
                && event.what().operation() == row.operation()
                && event.outcome().result() == expected.result
                && event.outcome().status() == expected.status
                && event.outcome().reason().isPresent()
                        == (expected == Answered.DENIED
                                || expected == Answered.NARROW
                                || (expected == Answered.CHALLENGED && row.needs() != Needs.DOOR))
                && event.who().credential().equals(Optional.of(who.login.credential()));
        return sound ? List.of() : List.of(request + ": " + event);
    }
}
