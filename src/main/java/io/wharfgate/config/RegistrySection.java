package io.wharfgate.config;

import io.wharfgate.upstream.UpstreamConfig.Health;
import io.wharfgate.upstream.UpstreamConfig.Limits;
import io.wharfgate.upstream.UpstreamConfig.Registry;
import io.wharfgate.yaml.Origin;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Reads one upstream: the section {@code upstream} itself, or an entry of its prefixes. */
final class RegistrySection {

    private final Values values;
    private final PathFormat paths;
    private final OwnAddresses own;

    RegistrySection(Values values, PathFormat paths, OwnAddresses own) {
        this.values = values;
        this.paths = paths;
        this.own = own;
    }

    /** What {@code redirects} can be. */
    enum Redirects {
        PASS,
        FOLLOW
    }

    /**
     * The upstream; after mistakes, perhaps without an address.
     *
     * @param place where it stands
     * @param path what messages call it
     */
    Registry read(Origin place, String path) {
        Optional<URI> url = values.get(Key.UPSTREAM_URL, new UpstreamUrlFormat());
        Optional<List<URI>> several = values.list(Key.UPSTREAM_ADDRESSES, new UpstreamUrlFormat());
        if (values.given(Key.UPSTREAM_URL).isEmpty()
                && values.given(Key.UPSTREAM_ADDRESSES).isEmpty()) {
            values.findings()
                    .error(place, path, "has no url; write where the registry is, such as url: http://127.0.0.1:5000");
        }
        Key addressKey = values.given(Key.UPSTREAM_URL).isPresent() ? Key.UPSTREAM_URL : Key.UPSTREAM_ADDRESSES;
        List<URI> addresses = url.map(List::of).or(() -> several).orElse(List.of());
        several.ifPresent(this::checkSeveral);
        addresses.forEach(address -> refuseOurselves(addressKey, address));
        return new Registry(
                addresses,
                new CredentialsSection(values, paths).read(addresses),
                new ClientTlsSection(values, paths, addressKey).read(addresses),
                new HeadersSection(values).read(),
                limits(),
                health());
    }

    private void checkSeveral(List<URI> addresses) {
        values.given(Key.UPSTREAM_URL)
                .ifPresent(url -> values.error(
                        Key.UPSTREAM_ADDRESSES,
                        "cannot stand beside " + values.name(Key.UPSTREAM_URL) + " (" + url
                                + "); keep one of the two"));
        if (addresses.isEmpty()) {
            values.error(
                    Key.UPSTREAM_ADDRESSES, "names no address; write at least one, such as [http://127.0.0.1:5000]");
        }
        var seen = new HashSet<String>();
        for (URI address : addresses) {
            URI first = addresses.get(0);
            if (!address.getScheme().equals(first.getScheme())
                    || !address.getPath().equals(first.getPath())) {
                values.error(
                        Key.UPSTREAM_ADDRESSES,
                        address + " differs from " + first + " in its scheme or path, but all have to be the same"
                                + " registry; make them alike, or use " + Key.PREFIXES);
            } else if (!seen.add(UpstreamUrlFormat.host(address) + ":" + OwnAddresses.port(address))) {
                values.error(Key.UPSTREAM_ADDRESSES, address + " is here twice; keep one of them");
            }
        }
    }

    private void refuseOurselves(Key key, URI address) {
        own.keyOf(address)
                .ifPresent(ours -> values.error(
                        key,
                        address + " is this gateway itself (" + ours.path()
                                + "), which would call itself for ever; name" + " the registry behind it"));
    }

    private Limits limits() {
        var redirects = values.get(Key.UPSTREAM_REDIRECTS, new ChoiceFormat<>(Redirects.class), Redirects.PASS);
        return new Limits(
                values.get(
                        Key.UPSTREAM_CONNECT_TIMEOUT,
                        new DurationFormat(Duration.ofMillis(100), Duration.ofMinutes(5)),
                        Duration.ofSeconds(10)),
                values.get(
                        Key.UPSTREAM_LEASE_TIMEOUT,
                        new DurationFormat(Duration.ofMillis(100), Duration.ofMinutes(10)),
                        Duration.ofSeconds(30)),
                values.get(
                        Key.UPSTREAM_READ_TIMEOUT,
                        new DurationFormat(Duration.ofSeconds(1), Duration.ofDays(1)),
                        Duration.ofMinutes(15)),
                values.get(Key.UPSTREAM_MAX_CONNECTIONS, new NumberFormat(1, 100_000), 10_000),
                redirects == Redirects.FOLLOW);
    }

    private Health health() {
        return new Health(
                values.get(Key.UPSTREAM_HEALTH_PATH, TextFormat.PATH, "/v2/"),
                values.get(
                        Key.UPSTREAM_HEALTH_INTERVAL,
                        new DurationFormat(Duration.ofSeconds(1), Duration.ofHours(1)),
                        Duration.ofSeconds(10)),
                values.get(
                        Key.UPSTREAM_HEALTH_TIMEOUT,
                        new DurationFormat(Duration.ofMillis(100), Duration.ofMinutes(5)),
                        Duration.ofSeconds(5)),
                values.get(Key.UPSTREAM_HEALTH_FAILURES, new NumberFormat(1, 100), 3));
    }
}
