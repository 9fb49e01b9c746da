package io.wharfgate.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Looks up the hosts that an upstream's redirects lead to, and finds none at link-local addresses (169.254.0.0/16,
 * fe80::/10): there clouds keep the service that hands out the credentials of the machine, and no registry keeps layers.
 * It looks at addresses, whatever name stands for them, and at those that the connection is then made to.
 */
final class StorageNames implements DnsResolver {

    private final DnsResolver names;

    StorageNames() {
        this(SystemDefaultDnsResolver.INSTANCE);
    }

    StorageNames(DnsResolver names) {
        this.names = names;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] found = names.resolve(host);
        for (InetAddress address : found) {
            if (address.isLinkLocalAddress()) {
                throw new UnknownHostException(host + " is at a link-local address, to which no redirect is followed");
            }
        }
        return found;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }
}
