package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.wharfgate.oci.Digest;

/** Headers of content that is named by its digest, and so can never change. */
final class ContentHeaders {

    static final HttpString DIGEST = new HttpString("Docker-Content-Digest");
    static final HttpString UPLOAD_UUID = new HttpString("Docker-Upload-UUID");

    private ContentHeaders() {}

    static String etag(Digest digest) {
        return "\"" + digest + "\"";
    }

    /** Whether the client has this content already ({@code If-None-Match}, RFC 9110, 13.1.2). */
    static boolean clientHas(HttpServerExchange exchange, Digest digest) {
        HeaderMap headers = exchange.getRequestHeaders();
        if (!headers.contains(Headers.IF_NONE_MATCH)) {
            return false;
        }
        for (String header : headers.get(Headers.IF_NONE_MATCH)) {
            for (String candidate : header.split(",", -1)) {
                String tag = candidate.trim();
                if (tag.equals("*") || (tag.startsWith("W/") ? tag.substring(2) : tag).equals(etag(digest))) {
                    return true;
                }
            }
        }
        return false;
    }
}
