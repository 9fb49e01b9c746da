package io.wharfgate.upstream;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.hc.core5.http.HttpHost;

/** How the gateway shows itself to one upstream. Thread-safe; never waits: what has to be fetched comes later. */
interface UpstreamAuthorization {

    /**
     * The gateway's login at this upstream, if the configuration has one.
     *
     * @param alive an address of the upstream that may be asked which login it wants; empty when there is none
     */
    static UpstreamAuthorization of(
            UpstreamConfig.Registry upstream, Supplier<Optional<HttpHost>> alive, Transport transport) {
        return upstream.credentials()
                .<UpstreamAuthorization>map(
                        login -> new OwnCredentials(upstream, login, alive, transport, System::nanoTime))
                .orElseGet(NoAuthorization::new);
    }

    /**
     * The value of Authorization for a request; empty for none. Fails with a {@link io.wharfgate.oci.RegistryException} for
     * the client (in a {@link java.util.concurrent.CompletionException}) when it is known that the upstream wants a token and there is none to be had; the log then has the reason.
     *
     * @param scopes what the request is about, as {@link TokenScope} says; none for the ping
     */
    CompletionStage<Optional<String>> of(List<String> scopes);

    /**
     * The upstream answered 401 to a request with that value. Never fails.
     *
     * @param challenges its WWW-Authenticate fields
     * @return whether {@link #of} may now give another value that is worth a try; ask once for each client's request
     */
    CompletionStage<Boolean> refused(List<String> scopes, Optional<String> value, List<String> challenges);
}
