package io.wharfgate.upstream;

import java.util.Optional;

/**
 * One registry behind the gateway, and all that requests to it need. Thread-safe.
 *
 * @param authorization of the gateway's own; empty where it has no login there
 * @param connections closed with this
 */
record Upstream(
        Addresses addresses,
        UploadMark mark,
        RequestFields requests,
        AnswerFields answers,
        Optional<UpstreamAuthorization> authorization,
        Connections connections,
        UpstreamCounts counts)
        implements AutoCloseable {

    Upstream(
            Addresses addresses,
            UploadMark mark,
            RequestFields requests,
            AnswerFields answers,
            Optional<UpstreamAuthorization> authorization,
            Connections connections) {
        this(addresses, mark, requests, answers, authorization, connections, new UpstreamCounts());
    }

    /**
     * @param registry to its addresses
     * @param storage to where its redirects lead, in a trust of its own; empty when clients go there themselves
     */
    record Connections(Transport registry, Optional<Transport> storage) {}

    @Override
    public void close() {
        connections.registry().close();
        connections.storage().ifPresent(Transport::close);
    }
}
