package io.wharfgate.upstream;

import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;

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

    /** Without the fields: Authorization and cookies are among them. */
    @Override
    public String toString() {
        return method + " " + address + target;
    }
}
