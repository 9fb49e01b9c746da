package io.wharfgate.upstream;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hc.core5.http.HttpHost;

/**
 * Where tokens for an upstream are to be had. Only {@link TrustedRealms} makes one, so that no password goes anywhere else.
 *
 * @param target path and perhaps query of the realm, as the upstream wrote them
 * @param service what the upstream calls itself there
 */
record TokenService(HttpHost host, String target, Optional<String> service) {

    /** The target with service and scopes in its query, as the Docker token specification has it. */
    String targetFor(List<String> scopes) {
        StringBuilder text = new StringBuilder(target);
        service.ifPresent(name -> append(text, "service", name));
        scopes.forEach(scope -> append(text, "scope", scope));
        return text.toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        char last = text.charAt(text.length() - 1);
        if (last != '?' && last != '&') {
            text.append(text.indexOf("?") < 0 ? '?' : '&');
        }
        // A plus for a blank is for HTML forms only.
        text.append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    }
}
