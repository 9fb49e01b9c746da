package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.OpenPaths;
import java.util.List;
import java.util.Set;

/**
 * The paths that are forwarded without a login. Only what every server reads in the same way is one of them: an escape, a
 * dot segment or an empty one could make an open path into another.
 */
final class OpenUpstreamPaths implements OpenPaths {

    private static final Set<String> PINGS = Set.of("/_ping", "/v1/_ping");

    private final List<String> configured;
    private final Forward forward;

    /** Sends a request on. */
    interface Forward {

        /**
         * Sends it on, without authentication.
         *
         * @param ping whether the answer is 200 too when the upstream has no such path
         */
        void run(HttpServerExchange exchange, boolean ping);
    }

    /**
     * The open paths of a gateway.
     *
     * @param configured exact paths, or what paths begin with, followed by {@code *}
     */
    OpenUpstreamPaths(List<String> configured, Forward forward) {
        this.configured = List.copyOf(configured);
        this.forward = forward;
    }

    @Override
    public boolean include(String rawPath) {
        return PINGS.contains(rawPath)
                || (configured.stream().anyMatch(pattern -> matches(pattern, rawPath)) && isPlain(rawPath));
    }

    private static boolean matches(String pattern, String path) {
        return pattern.endsWith("*")
                ? path.startsWith(pattern.substring(0, pattern.length() - 1))
                : path.equals(pattern);
    }

    private static boolean isPlain(String path) {
        boolean plain = path.chars().allMatch(c -> c > ' ' && c < 0x7f && "%;\\?#".indexOf(c) < 0);
        String closed = path + "/";
        return plain && !path.contains("//") && !closed.contains("/../") && !closed.contains("/./");
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        forward.run(exchange, PINGS.contains(exchange.getRequestURI()));
    }
}
