package io.wharfgate.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The names that a certificate is good for (RFC 6125, as Go's clients read it: the common name does not count). */
final class Names {

    private static final int DNS = 2;
    private static final int IP = 7;

    private Names() {}

    /** DNS names and IP addresses. */
    static List<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all == null) {
                return List.of();
            }
            return all.stream()
                    .filter(name -> name.get(0).equals(DNS) || name.get(0).equals(IP))
                    .map(name -> Text.address(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT)))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    static boolean cover(List<String> names, String host) {
        return names.stream().anyMatch(name -> covers(name, host));
    }

    private static boolean covers(String name, String host) {
        if (isAddress(host)) {
            return isAddress(name) && address(name).equals(address(host));
        }
        if (name.startsWith("*.")) {
            int dot = host.indexOf('.');
            return dot > 0 && host.substring(dot).equals(name.substring(1));
        }
        return name.equals(host);
    }

    /** Whether this is an IP address rather than a name. */
    static boolean isAddress(String host) {
        return host.contains(":") || host.matches("[0-9]+(?:\\.[0-9]+){3}");
    }

    /** Both forms of one address are equal. Only for what {@link #isAddress} takes, so nothing is looked up. */
    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress();
        }
    }
}
