package io.wharfgate.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the checks of one examination share. Not thread-safe. */
final class Session {

    private final Options options;
    private final Dialer dialer;
    private final Credentials credentials;
    private final Trail trail = new Trail();
    private Optional<Challenge> challenge = Optional.empty();
    private Optional<String> server = Optional.empty();
    private boolean wharfgate;
    private boolean open;

    Session(Options options, Dialer dialer, Redaction redaction) {
        this.options = options;
        this.dialer = dialer;
        this.credentials = new Credentials(options, dialer, redaction);
    }

    Options options() {
        return options;
    }

    Target target() {
        return options.target();
    }

    Dialer dialer() {
        return dialer;
    }

    Credentials credentials() {
        return credentials;
    }

    /** What was pushed, and has to go again. */
    Trail trail() {
        return trail;
    }

    /** {@code /v2/<scratch repository>/<rest>}. */
    String path(String rest) {
        return "/v2/" + options.repository().value() + "/" + rest;
    }

    /** As a stranger, on a connection of its own. */
    Response ask(Request request) throws IOException {
        try (Wire wire = dialer.open(target())) {
            Response answer = wire.exchange(request);
            answer.fields().first("Server").ifPresent(name -> server = Optional.of(name));
            return answer;
        }
    }

    /** With the login, if there is one. */
    Response askAsUser(Request request) throws IOException {
        return ask(asUser(request));
    }

    Request asUser(Request request) throws IOException {
        return request.with("Authorization", credentials.authorization(challenge));
    }

    Optional<Challenge> challenge() {
        return challenge;
    }

    void challenge(Challenge seen) {
        challenge = Optional.of(seen);
    }

    /** Anybody may do anything, without a login. */
    boolean open() {
        return open;
    }

    void setOpen() {
        open = true;
    }

    Optional<String> server() {
        return server;
    }

    boolean wharfgate() {
        return wharfgate;
    }

    void setWharfgate() {
        wharfgate = true;
    }

    /** What the checks put into the registry. Not thread-safe. */
    static final class Trail {

        private final List<String> paths = new ArrayList<>();

        /** @param path that a DELETE takes away */
        void left(String path) {
            paths.add(path);
        }

        void gone(String path) {
            paths.remove(path);
        }

        /** Last first: a manifest goes before what it needs. */
        List<String> lastFirst() {
            var reversed = new ArrayList<>(paths);
            java.util.Collections.reverse(reversed);
            return reversed;
        }
    }
}
