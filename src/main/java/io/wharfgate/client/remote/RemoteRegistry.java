package io.wharfgate.client.remote;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageRegistry;
import io.wharfgate.client.Printable;
import io.wharfgate.client.StrictJson;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry, and how to come in there. Thread-safe. */
public final class RemoteRegistry implements ImageRegistry {

    /** Lists are paged; a page of a thousand long names has some hundred KiB. */
    private static final int LARGEST_LIST = 4 << 20;

    private static final int MOST_PAGES = 10_000;
    private static final int MOST_REDIRECTS = 5;
    private static final List<String> CATALOG_SCOPE = List.of("registry:catalog:*");
    private static final Pattern NEXT = Pattern.compile("<([^<>]*+)>\\s*;[^,]*\\brel=\"?next\"?");

    private final RegistryHost host;
    private final HttpTransport http;
    private final Authorization authorization;
    private final Retries retries;

    RemoteRegistry(RegistryHost host, Login login, HttpTransport http, Retries retries) {
        this.host = host;
        this.http = http;
        this.authorization = new Authorization(host, login, http);
        this.retries = retries;
    }

    @Override
    public RemoteRepository repository(RepositoryName name) {
        return new RemoteRepository(this, name);
    }

    @Override
    public List<RepositoryName> catalog() throws IOException {
        return list(uri("/v2/_catalog?n=1000"), "repositories", CATALOG_SCOPE).stream()
                .filter(RepositoryName::isValid)
                .map(RepositoryName::parse)
                .toList();
    }

    RegistryHost host() {
        return host;
    }

    Retries retries() {
        return retries;
    }

    URI uri(String path) {
        return URI.create(host.uri() + path);
    }

    /** A list, page by page, along its Link fields (distribution specification, "Listing Tags"). */
    List<String> list(URI first, String field, List<String> scopes) throws IOException {
        List<String> found = new ArrayList<>();
        Optional<URI> page = Optional.of(first);
        for (int pages = 0; page.isPresent(); pages++) {
            if (pages > MOST_PAGES) {
                throw new ExchangeException("the list of " + field + " at " + host + " has no end");
            }
            URI at = page.get();
            page = retries.run(() -> {
                try (HttpAnswer answer = send(HttpCall.of("GET", at), scopes)) {
                    expect(answer, 200);
                    List<String> more = new ArrayList<>();
                    StrictJson.object(answer.bytes(LARGEST_LIST), "the list of " + field + " at " + host)
                            .path(field)
                            .forEach(entry -> more.add(entry.asText()));
                    found.addAll(more);
                    return next(answer);
                }
            });
        }
        return found;
    }

    /** The page after this one, if it is at the same server. */
    Optional<URI> next(HttpAnswer answer) {
        for (String link : answer.fields("Link")) {
            Matcher matcher = NEXT.matcher(link);
            if (matcher.find()) {
                return resolve(answer.uri(), matcher.group(1)).filter(host::owns);
            }
        }
        return Optional.empty();
    }

    /** What a reference in an answer means; empty when it is no http address. */
    static Optional<URI> resolve(URI base, String reference) {
        try {
            URI uri = base.resolve(reference.strip());
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Sends a request with the login that it takes, to wherever a redirect leads. The caller closes the answer.
     *
     * @param scopes what a token has to allow
     */
    HttpAnswer send(HttpCall call, List<String> scopes) throws IOException {
        HttpCall current = call;
        boolean challenged = false;
        for (int redirects = 0; ; ) {
            boolean ours = host.owns(current.uri());
            Optional<String> login = ours ? authorization.field(scopes) : Optional.empty();
            HttpAnswer answer = http.send(current, login);
            if (answer.status() == 401 && ours && !challenged) {
                challenged = true;
                boolean again = authorization.challenged(answer.fields("WWW-Authenticate"), scopes, login);
                if (!again) {
                    return answer;
                }
                answer.close();
            } else if (isRedirect(answer)
                    && call.body().isEmpty()
                    && !call.method().equals("POST")) {
                current = redirected(current, answer);
                answer.close();
                if (++redirects > MOST_REDIRECTS) {
                    throw new ExchangeException(host + " redirects without end");
                }
            } else {
                return answer;
            }
        }
    }

    private static boolean isRedirect(HttpAnswer answer) {
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> answer.field("Location").isPresent();
            default -> false;
        };
    }

    private HttpCall redirected(HttpCall call, HttpAnswer answer) throws ExchangeException {
        String location = answer.field("Location").orElse("");
        URI to = resolve(call.uri(), location)
                .orElseThrow(() -> new ExchangeException(
                        host + " redirects to something that is no address: '" + Printable.of(bare(location)) + "'"));
        if (call.uri().getScheme().equals("https") && to.getScheme().equalsIgnoreCase("http")) {
            throw new ExchangeException(host + " redirects from https to plain http, which is refused: '"
                    + Printable.of(bare(location)) + "'");
        }
        return call.to(to);
    }

    /** Without a query: there are signatures in those of object storages. */
    private static String bare(String location) {
        return location.replaceFirst("(?s)[?#].*", "");
    }

    /** @throws IOException saying what the registry said, when the status is another one */
    void expect(HttpAnswer answer, int... statuses) throws IOException {
        for (int status : statuses) {
            if (answer.status() == status) {
                return;
            }
        }
        throw failure(answer);
    }

    IOException failure(HttpAnswer answer) {
        IOException failure = Failure.of(answer, String.valueOf(host));
        if (answer.status() == 401) {
            return new ExchangeException(failure.getMessage() + " (" + authorization.who()
                    + "). Log in with: docker login " + host + ", or give a name and a password (see --help)");
        }
        if (answer.status() == 403) {
            return new ExchangeException(failure.getMessage() + " (" + authorization.who() + ")");
        }
        return failure;
    }

    @Override
    public void close() {
        http.close();
    }
}
