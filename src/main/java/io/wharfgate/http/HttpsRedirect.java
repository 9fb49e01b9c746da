package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.net.URI;
import java.util.Optional;

/** Answers everything on the plain listener by pointing at the same path over HTTPS. */
public final class HttpsRedirect implements HttpHandler {

    private static final int DEFAULT_PORT = 443;

    private final Optional<URI> externalUrl;
    private final int httpsPort;

    /**
     * @param externalUrl where clients reach the service, if that is configured
     * @param httpsPort otherwise: the port of the TLS listener, on the host that the client asked
     */
    public HttpsRedirect(Optional<URI> externalUrl, int httpsPort) {
        this.externalUrl = externalUrl;
        this.httpsPort = httpsPort;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        RequestContext.of(exchange).kind(RequestKind.REDIRECT);
        if (!exchange.getRequestURI().startsWith("/")) {
            // CONNECT and "OPTIONS *" have no path to go on with.
            throw new RegistryException(RegistryError.REQUEST_INVALID, "this port only redirects paths to HTTPS");
        }
        String base = externalUrl.map(URI::toString).orElseGet(() -> sameHost(exchange));
        String query = exchange.getQueryString();
        // 308 keeps method and body; old clients know 301 better, and read only.
        Answer.status(RequestGuard.isRead(exchange) ? 301 : 308)
                .header(
                        Headers.LOCATION,
                        base.replaceAll("/+$", "") + exchange.getRequestURI() + (query.isEmpty() ? "" : "?" + query))
                .text("This registry speaks HTTPS.\n")
                .send(exchange);
    }

    private String sameHost(HttpServerExchange exchange) {
        String host = exchange.getHostName();
        String literal = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return "https://" + literal + (httpsPort == DEFAULT_PORT ? "" : ":" + httpsPort);
    }
}
