package io.wharfgate.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.core5.http.HttpHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which token services may be given this gateway's password: those on a host of the upstream itself and those that
 * the operator names. Whoever can forge one answer of the upstream could else have the password sent to himself. Immutable.
 */
final class TrustedRealms {

    private static final Logger LOG = LoggerFactory.getLogger(TrustedRealms.class);
    private static final int LONGEST_NAME = 200;

    private final boolean upstreamIsPlain;
    private final Set<String> hosts;
    private final Seldom complaints;

    TrustedRealms(UpstreamConfig.Registry upstream, UpstreamConfig.Credentials credentials, Seldom complaints) {
        this.upstreamIsPlain = upstream.addresses().stream().allMatch(a -> "http".equalsIgnoreCase(a.getScheme()));
        Set<String> trusted = new HashSet<>();
        upstream.addresses().stream().map(URI::getHost).forEach(host -> trusted.add(plain(host)));
        upstream.headers().host().ifPresent(host -> trusted.add(plain(host.replaceFirst(":[0-9]*$", ""))));
        credentials.tokenRealms().forEach(host -> trusted.add(plain(host)));
        this.hosts = Set.copyOf(trusted);
        this.complaints = complaints;
    }

    /** The token service that a Bearer challenge names; empty, and in the log, when it is not to be trusted. */
    Optional<TokenService> service(UpstreamChallenge challenge) {
        String realm = challenge.parameter("realm").orElse("");
        URI uri;
        try {
            uri = new URI(realm);
        } catch (URISyntaxException e) {
            return refused(realm, "it is no URL");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            return refused(realm, "it is no absolute http or https URL");
        }
        String host = plain(uri.getHost());
        int port = uri.getPort();
        int realPort = port >= 0 ? port : scheme.equals("https") ? 443 : 80;
        if (uri.getRawUserInfo() != null || realPort < 1 || realPort > 65535) {
            return refused(realm, "it holds a login or an impossible port");
        }
        if (scheme.equals("http") && !upstreamIsPlain) {
            return refused(realm, "it would take the password in the clear; it must be https");
        }
        if (!hosts.contains(host) && !hosts.contains(host + ":" + realPort)) {
            return refused(realm, "its host is not the upstream's own; if it is right, add it to token-realms");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return Optional.of(
                new TokenService(new HttpHost(scheme, bare(host), port), target, challenge.parameter("service")));
    }

    private Optional<TokenService> refused(String realm, String why) {
        if (complaints.now("realm")) {
            String bare = realm.replaceFirst("(?s)[?#].*", "").replaceFirst("//[^/]*@", "//");
            String shown =
                    bare.substring(0, Math.min(bare.length(), LONGEST_NAME)).replaceAll("[^!-~]", "?");
            LOG.error("upstream's token service gets no password from this gateway realm={} reason=\"{}\"", shown, why);
        }
        return Optional.empty();
    }

    private static String plain(String host) {
        return host.toLowerCase(Locale.ROOT);
    }

    /** Without the brackets of IPv6, which HttpHost puts on itself. */
    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
