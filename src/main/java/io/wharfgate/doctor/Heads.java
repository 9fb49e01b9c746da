package io.wharfgate.doctor;

import java.io.IOException;
import java.util.Optional;

/** Whether a HEAD says what the GET would, and ends where it should. */
final class Heads {

    private Heads() {}

    /** @param mediaType empty where it does not matter */
    static Outcome check(Session session, Request head, Blob expected, Optional<String> mediaType) throws IOException {
        try (Wire wire = session.dialer().open(session.target())) {
            Response answer = wire.exchange(head);
            if (answer.status() != 200) {
                return Outcome.failed("200 to HEAD, as to GET", answer.shown(), Advice.HEAD);
            }
            String length = answer.fields().shown("Content-Length");
            if (!length.equals(Integer.toString(expected.size()))) {
                return Outcome.failed("Content-Length: " + expected.size(), length, Advice.HEAD);
            }
            String type = answer.fields().shown("Content-Type");
            if (mediaType.isPresent() && !mediaType.get().equals(type)) {
                return Outcome.failed("Content-Type: " + mediaType.get(), type, Advice.MEDIA_TYPE);
            }
            return answer.keepsConnection() ? bodyless(wire, answer) : Outcome.ok("like the GET, without a body");
        }
    }

    /** Bytes after the head would be taken for the next answer. */
    private static Outcome bodyless(Wire wire, Response head) {
        try {
            wire.exchange(Request.get("/v2/"));
            return Outcome.ok("like the GET, without a body");
        } catch (IOException e) {
            // Who closes an idle connection is within his rights: only bytes that are no answer tell of a body.
            return String.valueOf(e.getMessage()).startsWith("not HTTP")
                    ? Outcome.failed("no body after a HEAD", String.valueOf(e.getMessage()), Advice.HEAD)
                    : Outcome.ok("like the GET, " + head.status() + ", without a body");
        }
    }
}
