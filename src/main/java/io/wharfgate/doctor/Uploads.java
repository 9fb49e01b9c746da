package io.wharfgate.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of a push, and what has been pushed so far. Not thread-safe. */
final class Uploads {

    private final Session session;
    private final List<Blob> stored = new ArrayList<>();

    Uploads(Session session) {
        this.session = session;
    }

    /** The blobs that the registry has said it has. */
    List<Blob> stored() {
        return stored;
    }

    /** Path and query of a Location, on whatever host it is: the checks go on where the client came in. */
    static Optional<String> locationOf(Response answer) {
        return answer.fields().first("Location").flatMap(Uploads::reference).map(uri -> {
            String path = uri.getRawPath() == null ? "/" : uri.getRawPath();
            int root = Math.max(0, path.indexOf("/v2/"));
            return path.substring(root) + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        });
    }

    /** What a Location refers to. */
    static Optional<URI> reference(String location) {
        try {
            return Optional.of(new URI(location));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    Response begin() throws IOException {
        Response answer = session.askAsUser(
                Request.of("POST", session.path("blobs/uploads/")).sized(new byte[0]));
        locationOf(answer).filter(location -> answer.status() == 202).ifPresent(session.trail()::left);
        return answer;
    }

    /** Begins an upload that has begun before without trouble. */
    String location() throws IOException {
        Response answer = begin();
        Optional<String> location = locationOf(answer);
        if (answer.status() != 202 || location.isEmpty()) {
            throw new WireException("POST " + session.path("blobs/uploads/") + " answered " + answer.shown());
        }
        return location.get();
    }

    /** The request that ends an upload; the digest is escaped as Go's clients do it. */
    Request closing(String location, Blob blob) {
        String digest = blob.digest().toString().replace(":", "%3A");
        return Request.of("PUT", location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
    }

    /** Sends a request that ends an upload, and notes the blob if it did. */
    Response close(String location, Request closing, Blob blob) throws IOException {
        Response answer = session.askAsUser(closing);
        if (answer.status() == 201) {
            session.trail().gone(location);
            session.trail().left(session.path("blobs/" + blob.digest()));
            stored.add(blob);
        }
        return answer;
    }

    /** Notes where an upload goes on; by the old address where the answer tells of none. */
    String next(Response answer, String location) {
        Optional<String> next = locationOf(answer);
        next.ifPresent(other -> {
            session.trail().gone(location);
            session.trail().left(other);
        });
        return next.orElse(location);
    }
}
