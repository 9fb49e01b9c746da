package io.wharfgate.upstream;

import java.util.Locale;
import java.util.Set;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** Where messages end: said anew on each of the two connections, and never copied from one to the other. */
final class Framing {

    private static final Set<String> FIELDS = Set.of(
            "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade", "expect");

    private Framing() {}

    /** Whether a field speaks of the connection that it came over. RFC 9110, 7.6.1; Expect is answered here. */
    static boolean isFraming(String field) {
        return FIELDS.contains(field.toLowerCase(Locale.ROOT));
    }

    /**
     * The Content-Length that the client is to be told; -1 for none. Distribution sends one with 204, which no answer may
     * have (RFC 9110, 8.6), and clients refuse.
     */
    static long length(String method, HttpResponse response, @Nullable EntityDetails entity) {
        if (response.getCode() == HttpStatus.SC_NO_CONTENT) {
            return -1;
        }
        if (entity != null) {
            return entity.getContentLength();
        }
        Header length = response.getFirstHeader("Content-Length");
        if (!method.equals("HEAD") || length == null || !length.getValue().matches("[0-9]{1,18}")) {
            return -1;
        }
        return Long.parseLong(length.getValue());
    }
}
