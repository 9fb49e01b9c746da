package io.wharfgate.upstream;

import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;

/**
 * The head of a request as an upstream gets it.
 *
 * @param address where it goes
 * @param target path and query, sent byte for byte
 * @param fields Host among them; without Content-Length, Transfer-Encoding and everything else that is hop-by-hop
 */
record UpstreamRequest(HttpHost address, String method, String target, List<Header> fields) {

    UpstreamRequest {
        fields = List.copyOf(fields);
    }

    /** The head as HttpCore sends it. Framing is left to the entity, which HttpCore insists on. */
    BasicHttpRequest head() {
        BasicHttpRequest head = new BasicHttpRequest(method, address, null);
        // Not by a URI, which would be parsed and put together again.
        head.setPath(target);
        fields.stream().filter(field -> !Framing.isFraming(field.getName())).forEach(head::addHeader);
        return head;
    }

    /** Without the fields: Authorization and cookies are among them. */
    @Override
    public String toString() {
        return method + " " + address + target;
    }
}
