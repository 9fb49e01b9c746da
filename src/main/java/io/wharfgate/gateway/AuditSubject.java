package io.wharfgate.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import io.wharfgate.gateway.AuditEvent.What;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a request was about, as far as is known when it is over: the digest that a tag was pushed or pulled as stands in its
 * answer. Nothing here fails: what a client wrote wrongly is left out.
 */
final class AuditSubject implements RegistryRoute.Cases<What> {

    private static final HttpString CONTENT_DIGEST = new HttpString("Docker-Content-Digest");

    private final HttpServerExchange exchange;
    private final String method;
    private final Optional<QueryParameters> query;

    private AuditSubject(HttpServerExchange exchange) {
        this.exchange = exchange;
        this.method = exchange.getRequestMethod().toString();
        this.query = readable(exchange.getQueryString(), QueryParameters::parse);
    }

    /** When the exchange is over. */
    static What of(HttpServerExchange exchange, RegistryRoute route) {
        return route.match(new AuditSubject(exchange));
    }

    @Override
    public What ping(RegistryRoute.Ping route) {
        return What.of(AuditOperation.PING);
    }

    @Override
    public What catalog(RegistryRoute.Catalog route) {
        return What.of(read(AuditOperation.CATALOG_LIST, AuditOperation.CATALOG_LIST));
    }

    @Override
    public What tags(RegistryRoute.Tags route) {
        return in(route.name(), read(AuditOperation.TAG_LIST, AuditOperation.TAG_LIST));
    }

    @Override
    public What manifest(RegistryRoute.Manifest route) {
        boolean byTag = route.reference() instanceof Tag;
        AuditOperation operation = switch (method) {
            case "PUT" -> AuditOperation.MANIFEST_PUSH;
            case "DELETE" -> byTag ? AuditOperation.TAG_DELETE : AuditOperation.MANIFEST_DELETE;
            default -> read(AuditOperation.MANIFEST_PULL, AuditOperation.MANIFEST_HEAD);
        };
        List<Tag> named = route.reference() instanceof Tag tag ? List.of(tag) : List.of();
        Optional<Digest> digest =
                route.reference() instanceof Reference.ByDigest it ? Optional.of(it.digest()) : answered();
        return new What(
                operation,
                Optional.of(route.name()),
                operation == AuditOperation.MANIFEST_PUSH ? withAdded(named) : named,
                digest,
                Optional.empty(),
                List.of());
    }

    private List<Tag> withAdded(List<Tag> named) {
        Stream<Tag> added = all("tag").flatMap(text -> readable(text, Tag::parse).stream());
        return Stream.concat(named.stream(), added).distinct().toList();
    }

    @Override
    public What blob(RegistryRoute.Blob route) {
        AuditOperation operation = method.equals("DELETE")
                ? AuditOperation.BLOB_DELETE
                : read(AuditOperation.BLOB_PULL, AuditOperation.BLOB_HEAD);
        return of(operation, route.name(), Optional.of(route.digest()));
    }

    @Override
    public What uploads(RegistryRoute.Uploads route) {
        if (!method.equals("POST")) {
            return in(route.name(), AuditOperation.OTHER);
        }
        if (all("digest").findAny().isPresent()) {
            return of(AuditOperation.BLOB_PUSH, route.name(), one("digest", Digest::parse));
        }
        if (all("mount").findAny().isEmpty()) {
            return in(route.name(), AuditOperation.UPLOAD_START);
        }
        boolean uploading = exchange.getStatusCode() == StatusCodes.ACCEPTED;
        return new What(
                uploading ? AuditOperation.UPLOAD_START : AuditOperation.BLOB_MOUNT,
                Optional.of(route.name()),
                List.of(),
                one("mount", Digest::parse),
                one("from", RepositoryName::parse),
                List.of());
    }

    @Override
    public What upload(RegistryRoute.Upload route) {
        return switch (method) {
            case "PATCH" -> in(route.name(), AuditOperation.UPLOAD_WRITE);
            case "PUT" -> of(AuditOperation.BLOB_PUSH, route.name(), one("digest", Digest::parse));
            case "DELETE" -> in(route.name(), AuditOperation.UPLOAD_CANCEL);
            default -> in(route.name(), read(AuditOperation.UPLOAD_STATUS, AuditOperation.UPLOAD_STATUS));
        };
    }

    @Override
    public What referrers(RegistryRoute.Referrers route) {
        return of(
                read(AuditOperation.REFERRER_LIST, AuditOperation.REFERRER_LIST),
                route.name(),
                Optional.of(route.subject()));
    }

    @Override
    public What other(RegistryRoute.Other route) {
        return What.of(AuditOperation.OTHER);
    }

    private AuditOperation read(AuditOperation get, AuditOperation head) {
        return switch (method) {
            case "GET" -> get;
            case "HEAD" -> head;
            default -> AuditOperation.OTHER;
        };
    }

    private static What in(RepositoryName name, AuditOperation operation) {
        return of(operation, name, Optional.empty());
    }

    private static What of(AuditOperation operation, RepositoryName name, Optional<Digest> digest) {
        return new What(operation, Optional.of(name), List.of(), digest, Optional.empty(), List.of());
    }

    private Optional<Digest> answered() {
        return Optional.ofNullable(exchange.getResponseHeaders().getFirst(CONTENT_DIGEST))
                .flatMap(text -> readable(text, Digest::parse));
    }

    private Stream<String> all(String parameter) {
        return query.stream().flatMap(parameters -> parameters.all(parameter).stream());
    }

    private <T> Optional<T> one(String parameter, Function<String, T> parser) {
        return all(parameter).findFirst().flatMap(text -> readable(text, parser));
    }

    private static <T> Optional<T> readable(String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
